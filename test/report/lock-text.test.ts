import test from 'ava';
import { lockText } from '../../src/report/lock-text.ts';
import { plain } from '../../src/report/style.ts';

const holder = { who: 'ops@desk', since: '2026-01-01T00:00:00Z', why: 'apply of plan 7' };

test('a lock is told with its holder, its process and its step; what a host says is cleaned', (t) => {
  t.is(lockText('lb1', { state: 'free' }, plain), 'lb1: free\n');
  t.is(
    lockText(
      'lb1',
      {
        state: 'held',
        owner: '42-7-b',
        pid: 42,
        holder,
        step: { title: 'start \u001b[31mlvs', limit: 2400, pid: 43 },
      },
      plain,
    ),
    [
      'lb1: locked by ops@desk since 2026-01-01T00:00:00Z (apply of plan 7)',
      '  process 42 is running',
      '  its last step: start lvs (process 43), which may take 2400 s',
      '',
    ].join('\n'),
  );
  t.is(
    lockText('lb1', { state: 'abandoned', owner: 'unknown' }, plain),
    'lb1: abandoned\n  its process has ended; the next apply takes the lock over, or: lvsform lock release lb1\n',
  );
});
