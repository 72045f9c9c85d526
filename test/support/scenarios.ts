import { line } from '../../src/shell/quote.ts';
import type { LabWorld } from './lab.ts';

const ports = Array.from({ length: 12 }, (_, index) => 8001 + index);

/** An inventory with every machine, every network and every server's port that the scenarios need. */
export const machines = {
  clusters: {
    lab: {
      mode: 'dr',
      vips: [
        '10.1.0.100',
        'fd00:1::100',
        { address: '10.3.0.100', interface: 'eth1' },
        { address: 'fd00:3::100', interface: 'eth1' },
      ],
      directors: {
        lb1: { address: '10.1.0.2/24', address6: 'fd00:1::2/64' },
        lb2: { address: '10.1.0.3/24', address6: 'fd00:1::3/64' },
      },
      real_servers: {
        lb1: { address: '10.1.0.2/24', address6: 'fd00:1::2/64' },
        rs1: { address: '10.1.0.11/24', address6: 'fd00:1::11/64', mode: 'nat' },
        rs2: { address: '10.1.0.12/24', address6: 'fd00:1::12/64', mode: 'nat' },
        rs3: { address: '10.2.0.13/24', address6: 'fd00:2::13/64', mode: 'fullnat' },
      },
      probes: { client: { address: '10.3.0.50/24', address6: 'fd00:3::50/64' } },
      services: [
        ...[80, 443, 8080, ...ports].map((port) => ({
          vip: '10.1.0.100',
          port,
          ask: port === 443 ? 'https' : 'http',
        })),
        ...[7, 9].map((port) => ({ vip: '10.1.0.100', port, protocol: 'udp' })),
        { vip: '10.1.0.100', port: 3868, protocol: 'sctp' },
        { vip: '10.1.0.100', port: 21, helper: 'ftp', real_servers: ['rs1', 'rs2'] },
      ],
    },
  },
};

/** What an apply may touch, and a destroy has to bring back; without what the kernel counts. */
export const blankState = `cd /
ip -o addr | sed 's/\\\\.*//' | grep -v fe80
ip route show table all | grep -v -e '^broadcast' -e fe80 -e ff00
ip -6 route show default
ip rule; ip -6 rule
ip tunnel show; ip -6 tunnel show; ip fou show
if command -v ipvsadm >/dev/null; then ipvsadm -Sn; ipvsadm -Ln --timeout; ipvsadm -Ln --daemon; fi
if command -v nft >/dev/null; then nft list ruleset | grep lvsform; fi
{ iptables-save; ip6tables-save; arptables-save; } 2>/dev/null | grep lvsform
sysctl -a 2>/dev/null | grep -E '^net.ipv(4|6).(conf|ip_forward|vs)' | grep -v -e stable_secret -e 'conf.lvs-'
find etc usr/local var/lib ! -path '*/dpkg/*' -newer etc/hostname -name '*lvs*' | sort
dpkg-query -W | sort | sha256sum`;

/** Opens TCP connections one after the other, as fast as it goes, for so many seconds. */
export async function connections(
  world: LabWorld,
  place: string,
  seconds: number,
): Promise<{ opened: number; refused: number }> {
  const script = `use IO::Socket::INET; my ($opened, $refused) = (0, 0); my $end = time + ${seconds};
while (time < $end) {
  my $socket = IO::Socket::INET->new(PeerAddr => "${place}", Timeout => 20);
  if ($socket) { $opened++; close $socket } else { $refused++ }
}
print "$opened $refused"`;
  const [opened, refused] = (await world.on('client', line(['perl', '-e', script]))).split(' ').map(Number);
  return { opened: opened!, refused: refused! };
}

/** Connections that stand at each real server after so many were opened, one after the other, and kept open. */
export async function held(world: LabWorld, place: string, count: number): Promise<Record<string, number>> {
  const one = `curl -s -m 100 -o /dev/null http://${place}/slow & pids="$pids $!"; sleep 0.4;`;
  const script = `pids=; ${one.repeat(count)} echo up; read -r word; kill $pids`;
  const holder = world.talk('client', script);
  await holder.heard(/up/);
  let seen: Record<string, number> = {};
  await world.until(`${count} connections stand`, 10, async () => {
    const listed = await world.on('lb1', `ipvsadm -Ln -t ${place}`);
    const active = (address: string): number =>
      Number(new RegExp(`-> ${address}:\\d+ +\\S+ +\\d+ +(\\d+)`).exec(listed)?.[1] ?? 0);
    seen = { rs1: active('10.1.0.11'), rs2: active('10.1.0.12') };
    const all = Object.values(seen).reduce((sum, each) => sum + each, 0);
    return all === count || JSON.stringify(seen);
  });
  await holder.say('end\n');
  return seen;
}

/** Who answers so many datagrams that one socket sends. */
export async function exchange(world: LabWorld, vip: string, port: number, count: number): Promise<string[]> {
  const script = `exec 3<>/dev/udp/${vip}/${port}; for i in $(seq ${count}); do echo $i >&3; timeout 5 dd bs=65535 count=1 <&3 2>/dev/null; done`;
  return firstWords(await world.on('client', line(['bash', '-c', script])));
}

/** Who answers so many SCTP associations. */
export async function sctpAnswers(
  world: LabWorld,
  vip: string,
  port: number,
  count: number,
): Promise<string[]> {
  const program = `use Socket; for (1..${count}) { socket(my $s, PF_INET, SOCK_STREAM, 132) or die "socket: $!";
connect($s, sockaddr_in(${port}, inet_aton("${vip}"))) or die "connect: $!"; syswrite($s, "x"); sysread($s, my $t, 100); print "$t\\n"; close $s }`;
  return firstWords(await world.on('client', `timeout 30 ${line(['perl', '-e', program])}`));
}

/** The names in an FTP server's folder, by a data connection that is made in the way that curl is told. */
export async function ftpList(world: LabWorld, vip: string, how: string): Promise<string> {
  return world.on('client', `curl -sS -m 20 --disable-epsv --disable-eprt ${how} ftp://${vip}/`);
}

function firstWords(output: string): string[] {
  return output
    .trim()
    .split('\n')
    .map((text) => text.split(' ')[0]!);
}
