import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';
import { hostScript } from '../../src/shell/script.ts';
import { complete } from '../support/library.ts';

const run = promisify(execFile);

/** What transactions make and remove by `ip`, each with what it needs first. */
const things: readonly (readonly [add: string, remove: string])[] = [
  ['ip addr add 192.0.2.1/32 dev lo', 'ip addr del 192.0.2.1/32 dev lo'],
  ['ip -6 addr add 2001:db8::1/128 dev lo', 'ip -6 addr del 2001:db8::1/128 dev lo'],
  ['ip -4 route add 198.51.100.0/24 dev lo', 'ip -4 route del 198.51.100.0/24 dev lo'],
  ['ip -6 route add 2001:db8:1::/64 dev lo', 'ip -6 route del 2001:db8:1::/64 dev lo'],
  ['ip -4 route add default dev lo table 4321', 'ip -4 route del default dev lo table 4321'],
  ['ip -6 route add default dev lo table 4321', 'ip -6 route del default dev lo table 4321'],
  ['ip -4 rule add from 192.0.2.1 table 4321', 'ip -4 rule del from 192.0.2.1 table 4321'],
  ['ip -6 rule add from 2001:db8::1 table 4321', 'ip -6 rule del from 2001:db8::1 table 4321'],
];

for (const [add, remove] of things) {
  test(`${add}: what is there already is ensured, and what is gone already is absent, whatever the kernel says`, async (t) => {
    const words = [
      `absent ${remove}`,
      `ensure ${add}`,
      `ensure ${add}`,
      `absent ${remove}`,
      `absent ${remove}`,
    ];
    const script = hostScript('f', 'ip link set lo up', ...words.map((each) => `${each} || exit 1`));
    const { stdout } = await run('unshare', ['-n', 'sh', '-c', complete(script)]).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${String((error as { stdout?: string }).stdout)}`);
    });
    t.is(stdout, '\n@f end\n');
  });
}

test('a command that fails for another reason fails', async (t) => {
  for (const word of ['ensure ip addr add 192.0.2.1/32', 'absent ip link del lo']) {
    const script = hostScript('f', `${word} || exit 1`);
    await t.throwsAsync(run('unshare', ['-n', 'sh', '-c', complete(script)]), undefined, word);
  }
});
