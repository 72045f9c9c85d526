import test from 'ava';
import { moreAbout } from '../../src/report/rules-text.ts';

test('the page that is named is that of the first error, and without an error that of the first warning', (t) => {
  const warning = { rule: 'LVS037', severity: 'warning' } as const;
  const error = { rule: 'LVS033', severity: 'error' } as const;
  const page = (rule: string): string => `why it is a rule: lvsform rules ${rule}`;
  t.is(moreAbout([warning, error, { ...error, rule: 'LVS034' }]), page('LVS033'));
  t.is(moreAbout([warning, { ...warning, rule: 'LVS058' }]), page('LVS037'));
  t.is(moreAbout([]), undefined);
});
