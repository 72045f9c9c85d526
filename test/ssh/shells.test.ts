import test from 'ava';
import { Secret } from '../../src/model/secret.ts';
import { HostFailure, type Target } from '../../src/port.ts';
import { SshHosts } from '../../src/ssh/hosts.ts';
import { type RealHosts, realHosts } from '../support/real-hosts.ts';
import { transports } from '../support/transports.ts';

const limits = { connectTimeout: 10_000, silence: 60_000 };
const word = 's3cret-word';
/** What sudo lets a user do. */
const rights = { free: 'NOPASSWD: ALL', asks: 'ALL', part: 'NOPASSWD: /bin/true', never: undefined } as const;
const shells = ['sh', 'bash', 'tcsh', 'bsd-csh', 'fish'] as const;
const users = [
  ...shells.flatMap((shell) => [`free-${shell}`, `asks-${shell}`]),
  'part-sh',
  'never-sh',
  'asks-nologin',
];

/** One user of the host: their shell and rights are in the name. */
function user(name: string): string {
  const [right, ...rest] = name.split('-') as [keyof typeof rights, ...string[]];
  const shell = rest.join('-');
  const rule =
    rights[right] === undefined ? ':' : `echo '${name} ALL=(ALL) ${rights[right]}' >> /etc/sudoers.d/op`;
  return `useradd -m -s ${shell === 'nologin' ? '/usr/sbin' : '/bin'}/${shell} ${name}; echo ${name}:${word} | chpasswd
mkdir -m 700 /home/${name}/.ssh; ${rule}`;
}

const target = (name: string): Target => ({ name, ssh: { host: name, sudo: true } });

/** A host that speaks German to its users, as far as they ask for it. */
async function germanHost(t: Parameters<typeof realHosts>[0]): Promise<RealHosts> {
  const real = await realHosts(t, [
    { name: 'a', interfaces: {}, prepare: ['echo 127.0.0.1 a >> /etc/hosts', ...users.map(user)].join('\n') },
  ]);
  await real.inside(
    'a',
    `for user in ${users.join(' ')}; do cp /root/.ssh/authorized_keys /home/$user/.ssh; chown -R $user /home/$user; done
     sed -i 's/^SetEnv.*/& LC_ALL=C.UTF-8 LANGUAGE=de/' /opt/lvsform-ssh/config`,
  );
  return real;
}

for (const transport of transports) {
  const hostsOf = (
    t: Parameters<typeof realHosts>[0],
    real: RealHosts,
    given: string,
    asked: string[] = [],
  ): SshHosts => {
    const hosts = new SshHosts(
      ({ name }) => real.route('a', { user: name }),
      { ...limits, transport },
      ({ user: of }) => {
        asked.push(of);
        return Promise.resolve(new Secret(given));
      },
    );
    t.teardown(() => hosts.close());
    return hosts;
  };

  test(`${transport}: sudo lets us in by every login shell, with a password and without, in another language`, async (t) => {
    const real = await germanHost(t);
    t.regex(
      await real.inside('a', `su asks-sh -c 'LC_ALL=C.UTF-8 LANGUAGE=de sudo -n id' 2>&1 || :`),
      /Passwort ist notwendig/,
    );
    for (const shell of shells) {
      const asked: string[] = [];
      const hosts = hostsOf(t, real, word, asked);
      const answer = (name: string): Promise<string> =>
        hosts.run(target(name), `printf '%s\\n' 'it'\\''s' '!!' "$(id -u)"`);
      for (const right of ['free', 'asks', 'free', 'asks']) {
        t.is(await answer(`${right}-${shell}`), "it's\n!!\n0\n", shell);
      }
      t.deepEqual(asked, [`asks-${shell}`]);
      for (const right of ['free', 'asks']) {
        await t.throwsAsync(hosts.run(target(`${right}-${shell}`), 'echo oops >&2; exit 77'), {
          instanceOf: HostFailure,
          message: 'its shell ended with 77: oops',
        });
      }
    }
  });

  test(`${transport}: sudo refuses in another language`, async (t) => {
    const real = await germanHost(t);
    const refused = async (name: string, given: string, message: RegExp, asks: boolean): Promise<void> => {
      const asked: string[] = [];
      const failure = await t.throwsAsync<HostFailure>(
        hostsOf(t, real, given, asked).run(target(name), 'id'),
        { instanceOf: HostFailure, message },
      );
      t.is(failure?.reason, 'sudo');
      t.deepEqual(asked, asks ? [name] : []);
    };
    for (const shell of shells) {
      await refused(`asks-${shell}`, 'wr0ng', /^sudo did not accept the password$/, true);
    }
    await refused('never-sh', word, /^sudo refuses: Sorry, user never-sh may not run sudo/, true);
    await refused('part-sh', word, /^sudo refuses: .*not allowed to execute/s, true);
    await real.inside('a', `echo 'Defaults requiretty' >> /etc/sudoers.d/op`);
    await refused('free-sh', word, /^sudo refuses: .*you must have a tty/s, false);
    await real.inside('a', 'rm /usr/bin/sudo');
    for (const shell of ['sh', 'fish', 'tcsh']) {
      await refused(`free-${shell}`, word, /^sudo is not installed there, or not in the PATH/, false);
    }
  });

  test(`${transport}: a login shell that runs nothing is not taken for a refusal of sudo`, async (t) => {
    const real = await germanHost(t);
    const failure = await t.throwsAsync<HostFailure>(
      hostsOf(t, real, word).run(target('asks-nologin'), 'id'),
      { instanceOf: HostFailure, message: /^its shell ended with 1/ },
    );
    t.is(failure?.reason, 'broken');
  });
}
