import test, { type ExecutionContext } from 'ava';
import { steps } from '../support/steps.ts';
import { fromPorts, unharmed } from '../support/asking.ts';
import { differing, LabWorld } from '../support/lab.ts';
import { line } from '../../src/shell/quote.ts';
import { habits, printed, tablesLeadToOneAnother } from '../support/tables.ts';

export interface Story {
  readonly title: string;
  readonly bare: boolean;
  readonly client: string;
  readonly director: string;
  readonly vip: string;
  readonly otherVip: string;
  /** A port of the VIP where datagrams are answered. */
  readonly datagrams?: number;
  /** The inventory of a cluster; `weights` are those of the real servers in it. */
  readonly inventory: (weights: Readonly<Record<string, number>>, vips: readonly string[]) => object;
  /** What somebody changes by hand, by host: things that no client notices. */
  readonly byHand: Readonly<Record<string, string>>;
  /** What verify says to that, beside the drift. */
  readonly noticed: RegExp;
}

/** Everything that a host is, but for what changes by itself: logs, caches and what the package manager remembers. */
const everything = `set -e
cd /
find etc usr/local root srv var/lib -maxdepth 1 -name lvsform
find etc usr/local root srv -xdev \\( -name '*.cache' -o -name '.bash_history' \\) -prune -o -printf '%p %M %U %l\\n' | sort
find etc usr/local root srv -xdev -name '*.cache' -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
dpkg-query -W
ip -4 -o addr | sed 's/\\\\.*//'
ip -4 route show table all | grep -v '^broadcast'
ip rule
sysctl -a 2>/dev/null | grep -E '^net.ipv4.(conf|ip_forward|vs)'
if command -v ipvsadm >/dev/null; then ipvsadm -Sn; fi`;

/** A cluster whose story is told, in a lab of its own, and what is done with it. */
export interface Running {
  /** The lab, once it is up. */
  readonly world: () => LabWorld;
  readonly step: (title: string, act: (t: ExecutionContext) => Promise<void>) => void;
  /** Applies while a client asks: no request may fail. Afterwards verify finds nothing wrong, and its output is given. */
  readonly change: (t: ExecutionContext, url: string, ...options: readonly string[]) => Promise<string>;
  /** verify finds nothing wrong, and gives its output. */
  readonly sound: () => Promise<string>;
  /** Fails where the hosts are not as they were when the lab came up. */
  readonly blank: (t: ExecutionContext) => Promise<void>;
}

/** The lab of a story. */
interface LabOf {
  readonly title: string;
  /** True where hosts have nothing installed that apply would have to install. */
  readonly bare: boolean;
  /** The host that asks during a change. */
  readonly client: string;
  /** An inventory with all hosts that the story needs. */
  readonly machines: object;
}

/** Registers the lab of a story: up before its first step, down after its last one. */
export function raise({ title, bare, client, machines }: LabOf): Running {
  let world: LabWorld;
  let hosts: readonly string[] = [];
  let blank: readonly string[] = [];
  const states = (): Promise<string[]> => Promise.all(hosts.map((host) => world.on(host, everything)));

  test.before(async (t) => {
    world = await LabWorld.make();
    await world.write(machines);
    const lab = await world.up(...(bare ? ['--bare'] : []));
    hosts = lab.machines.filter(({ kind }) => kind === 'system').map(({ name }) => name);
    const { image, kernel, boot } = lab.times;
    t.log(
      `image ${image?.toFixed(1) ?? 'cached, 0'} s, kernel ${kernel.toFixed(1)} s, all hosts ${boot.toFixed(1)} s`,
    );
    await world.until('every host has started', 60, async () => {
      const running = await Promise.all(
        hosts.map((host) => world.on(host, 'systemctl is-system-running || true')),
      );
      return running.every((state) => state.trim() === 'running');
    });
    blank = await states();
  });
  test.after.always(async (t) => t.deepEqual(await world.down(), [], 'nothing is left after down'));

  // Its changes take hosts, VIPs and services away, and mean to.
  const applies = async (options: readonly string[]): Promise<void> => {
    const applied = await world.lvsform('apply', '--lab', '--yes', '--force', ...options);
    if (applied.code !== 0) throw new Error(`apply: ${applied.code}\n${applied.output}`);
  };
  const sound = async (): Promise<string> => {
    const { code, output } = await world.lvsform('verify', '--lab', '--requests', '8');
    if (code !== 0) throw new Error(`verify: ${code}\n${output}`);
    return output;
  };
  return {
    world: () => world,
    step: steps(title),
    sound,
    change: async (t, url, ...options) => {
      const { requests, slowest } = await unharmed(world, url, () => applies(options), client);
      t.log(`${requests.length} requests during the change, the slowest took ${slowest.toFixed(2)} s`);
      return sound();
    },
    blank: async (t) => void t.deepEqual(differing(hosts, blank, await states()), []),
  };
}

const all = { rs1: 2, rs2: 1, rs3: 1 };

/** Registers the life of a cluster on real kernels: from blank hosts over every change to blank hosts. */
export function tell(story: Story): void {
  const { client, director, vip, otherVip, inventory } = story;
  const {
    world: lab,
    step,
    change,
    sound,
    blank,
  } = raise({
    ...story,
    machines: inventory(all, [vip]),
  });

  step('blank hosts serve nothing, and verify says so', async (t) => {
    await lab().write(inventory({ rs1: 2, rs2: 1 }, [vip]));
    const { code, output } = await lab().lvsform('verify', '--lab', '--requests', '1');
    t.is(code, 1, output);
    t.regex(output, /WRONG web, tcp \S+ from client: 0 of \d+ answered/);
  });

  step('from blank to the first answer', async (t) => {
    const begun = Date.now();
    const first = lab().until('the first answer', 120, () =>
      lab()
        .on(client, `curl -s -m 1 http://${vip}/`)
        .then(
          () => true,
          () => false,
        ),
    );
    const applied = await lab().lvsform('apply', '--lab', '--yes');
    t.is(applied.code, 0, applied.output);
    await first;
    t.log(`blank hosts to the first answered request: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
    t.log(await sound());
  });

  step('the real servers boot anew and come back without us', async (t) => {
    await Promise.all(['rs1', 'rs2'].map((host) => lab().reboot(host)));
    t.regex(await sound(), /No changes/);
  });

  step('the director boots anew and comes back without us', async (t) => {
    await lab().reboot(director);
    t.regex(await sound(), /No changes/);
  });

  step('what was changed by hand is noticed and healed', async (t) => {
    for (const [host, script] of Object.entries(story.byHand)) await lab().on(host, script);
    const { code, output } = await lab().lvsform('verify', '--lab', '--requests', '8');
    t.is(code, 1, output);
    t.regex(output, story.noticed);
    t.regex(output, /9999 is in the table and not in the inventory: left as it is/);
    await lab().on(director, `ipvsadm -D -t ${vip}:9999`);
    await change(t, `http://${vip}/`);
  });

  step('a real server joins', async (t) => {
    await lab().write(inventory(all, [vip]));
    t.regex(await change(t, `http://${vip}/`), /rs3 [1-9]/);
  });

  step('a real server is drained: it finishes what it has and gets nothing new', async (t) => {
    const long = longConnections(lab(), client, vip);
    await lab().write(inventory({ ...all, rs3: 0 }, [vip]));
    t.regex(await change(t, `http://${vip}/`), /rs3 0/);
    t.deepEqual(await long, wholeAnswers);
  });

  step('a real server leaves, and no connection is cut', async (t) => {
    const long = longConnections(lab(), client, vip);
    const talk =
      story.datagrams === undefined ? undefined : await talking(lab(), client, vip, story.datagrams);
    await lab().write(inventory({ rs1: 2, rs3: 1 }, [vip]));
    await change(t, `http://${vip}/`);
    t.deepEqual(await long, wholeAnswers);
    if (talk !== undefined) {
      const told = await talk.stop();
      t.regex(told[0]!, /rs2/, `its own clients were among them: ${told.join(' ')}`);
      t.notRegex(told.at(-1)!, /rs2|nobody/);
      t.deepEqual(
        told.filter((round) => round.includes('nobody')),
        [],
      );
    }
    t.notRegex(await lab().on(director, 'ipvsadm -Sn'), /rs2/);
    t.is((await lab().lvsform('plan', '--lab', '--detailed-exitcode')).code, 0);
  });

  step('a port taken anew does not lead to a real server that has left, or refused it', async (t) => {
    const ports = [61001, 61002, 61003, 61004, 61005, 61006];
    const answers = (): Promise<string[]> => fromPorts(lab(), client, `${vip}:80`, ports);
    const answered = ports.map(() => '200');
    t.deepEqual(await answers(), answered);
    const table = await lab().on(director, 'ipvsadm -Sn');
    const [added = '', server = ''] = new RegExp(`^-a -t ${vip}:80 -r (\\S+) .*`, 'm').exec(table) ?? [];
    const remembered = await lab().on(director, 'ipvsadm -Lnc');
    t.regex(remembered, new RegExp(`:6100\\d .* ${server}\\s`), 'some of them were its own');
    await lab().on(director, `ipvsadm -d -t ${vip}:80 -r ${server}`);
    t.deepEqual(await answers(), answered);
    await lab().on(director, `ipvsadm ${added}`);
    // Nor to one that refused it, once that one has weight 0.
    const [, host = ''] = (await lab().on(director, `getent hosts ${server.split(':')[0]}`)).split(/\s+/);
    await lab().on(host, 'systemctl stop lab-web');
    t.true(
      (await answers()).some((answer) => answer.includes('refused')),
      'some were refused',
    );
    await lab().on(director, `ipvsadm ${added.replace(/^-a/, '-e').replace(/-w \d+/, '-w 0')}`);
    t.deepEqual(await answers(), answered);
    await lab().on(host, 'systemctl start lab-web');
    await lab().on(director, `ipvsadm ${added.replace(/^-a/, '-e')}`);
  });

  step('the VIP changes: the new one first, then the old one goes', async (t) => {
    await lab().write(inventory({ rs1: 2, rs3: 1 }, [vip, otherVip]));
    await change(t, `http://${vip}/`);
    await lab().write(inventory({ rs1: 2, rs3: 1 }, [otherVip]));
    await change(t, `http://${otherVip}/`);
    await t.throwsAsync(lab().on(client, `curl -s -m 2 http://${vip}/`));
  });

  step('destroy leaves nothing', async (t) => {
    const destroyed = await lab().lvsform('destroy', '--lab', '--yes');
    t.is(destroyed.code, 0, destroyed.output);
    await blank(t);
  });

  if (!story.bare) {
    step('from any table to any other the difference leads exactly there', async (t) => {
      const onDirector = (script: string): Promise<string> => lab().on(director, script);
      t.deepEqual(printed(await onDirector(habits.script)), habits.prints);
      await t.notThrowsAsync(tablesLeadToOneAnother(onDirector, 10));
    });
  }

  step('a reset makes all hosts blank again, within seconds', async (t) => {
    await lab().on(director, 'touch /root/left; ip addr add 10.99.0.1/32 dev lo');
    await lab().forgetConnections();
    const begun = Date.now();
    const { code, output } = await lab().lvsform('lab', 'reset');
    t.is(code, 0, output);
    t.log(`reset: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
    await blank(t);
    const ahead = Number(await lab().on(director, 'date +%s')) - Date.now() / 1000;
    t.true(Math.abs(ahead) < 10, `the hosts' clock is ${ahead} s off`);
  });
}

const wholeAnswers = Array.from({ length: 4 }, () => '200 65536');

/** Four connections that last about half a minute each. */
async function longConnections(world: LabWorld, client: string, vip: string): Promise<string[]> {
  const request = `curl -s -m 200 -o /dev/null -w '%{http_code} %{size_download}\\n' http://${vip}/slow`;
  const output = await world.on(client, `for i in 1 2 3 4; do ${request} & done; wait`);
  return output.trim().split('\n');
}

/** Talks from the same six ports, round after round, while FLAG is there: who answered each of them, a round a line. */
const talkFrom = `
my ($flag, $place) = @ARGV;
my @sockets = map { IO::Socket::INET->new(Proto => 'udp', PeerAddr => $place, LocalPort => $_) or die $@ } 62001 .. 62006;
$| = 1;
while (-e $flag) {
    my @round;
    for my $socket (@sockets) {
        my $answer = 'nobody';
        $socket->send("hello");
        $socket->recv($answer, 100) if IO::Select->new($socket)->can_read(5);
        push @round, ($answer // '') =~ /(rs\\d)/ ? $1 : 'nobody';
    }
    print join(',', @round), "\\n";
    select undef, undef, undef, 0.2;
}`;

/** A client whose datagrams come from the same ports all the time. `stop` gives who answered them, round by round. */
async function talking(
  world: LabWorld,
  client: string,
  vip: string,
  port: number,
): Promise<{ stop: () => Promise<string[]> }> {
  const flag = '/tmp/talking';
  await world.on(client, `touch ${flag}`);
  const talk = line(['perl', '-MIO::Socket::INET', '-MIO::Select', '-e', talkFrom, flag, `${vip}:${port}`]);
  const output = world.on(client, talk);
  output.catch(() => {});
  return {
    stop: async () => {
      await world.on(client, `rm ${flag}`);
      return (await output).trim().split('\n');
    },
  };
}
