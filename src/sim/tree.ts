import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Family } from '../model/family.ts';
import { digest } from '../net/digest.ts';

export interface BlankHost {
  readonly name: string;
  readonly family: Family;
  /** Interfaces with their addresses: `eth0: 10.0.0.1/24`. */
  readonly addresses: readonly { readonly interface: string; readonly cidr: string }[];
}

/**
 * A host as an installer leaves it, as a directory tree: what the probes read, and nothing of ours. One file after the other
 * is open, and nothing waits for another thread: for so many small files that would cost more than to write them.
 */
export function makeTree(root: string, host: BlankHost): void {
  const files = new Map([...common(host), ...release(host.family)]);
  const needed = [...folders, ...familyFolders[host.family], ...[...files.keys()].map(dirname)];
  for (const path of new Set(needed)) mkdirSync(join(root, path), { recursive: true, mode: 0o755 });
  for (const [path, text] of files) writeFileSync(join(root, path), text, { mode: 0o644 });
}

const folders = [
  'sys/class/net/lo',
  'sys/module/kernel',
  'var/lib',
  'usr/local/sbin',
  'root',
  '.sim/units',
  '.sim/packages',
];

const familyFolders: Record<Family, readonly string[]> = {
  debian: ['etc/systemd/system', 'etc/sysctl.d', 'etc/modules-load.d', 'etc/iproute2'],
  rhel7: ['etc/systemd/system', 'etc/sysctl.d', 'etc/modules-load.d', 'etc/iproute2', 'etc/sysconfig'],
  rhel6: [
    'etc/init.d',
    'etc/rc3.d',
    'etc/sysconfig/network-scripts',
    'etc/sysconfig/modules',
    'etc/iproute2',
  ],
};

function release(family: Family): [string, string][] {
  switch (family) {
    case 'debian':
      return [
        ['etc/debian_version', '12.11\n'],
        ['etc/os-release', 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n'],
      ];
    case 'rhel7':
      return [
        ['etc/redhat-release', 'Rocky Linux release 9.4 (Blue Onyx)\n'],
        ['etc/os-release', 'PRETTY_NAME="Rocky Linux 9.4 (Blue Onyx)"\nID="rocky"\n'],
      ];
    case 'rhel6':
      return [
        ['etc/redhat-release', 'CentOS release 6.10 (Final)\n'],
        ['etc/sysctl.conf', '# Kernel sysctl configuration file\nkernel.sysrq = 0\n'],
      ];
  }
}

function common({ name, family, addresses }: BlankHost): (readonly [string, string])[] {
  const interfaces = [...new Set(addresses.map((each) => each.interface))];
  const conf = ['all', 'default', 'lo', ...interfaces].flatMap((device): [string, string][] =>
    Object.entries({ arp_ignore: '0', arp_announce: '0', send_redirects: '1', rp_filter: '0' }).map(
      ([key, value]) => [`proc/sys/net/ipv4/conf/${device}/${key}`, `${value}\n`],
    ),
  );
  const lines = [{ interface: 'lo', cidr: '127.0.0.1/8' }, ...addresses].map(
    ({ interface: device, cidr }) =>
      `${['lo', ...interfaces].indexOf(device) + 1}: ${device}    ${cidr.includes(':') ? `inet6 ${cidr} scope global ` : `inet ${cidr} brd + scope global ${device}`}\\       valid_lft forever preferred_lft forever\n`,
  );
  const [first] = addresses;
  const gateway = first?.cidr.replace(/\d+\/\d+$/, '254');
  return [
    ['etc/hostname', `${name}\n`],
    ...(family === 'rhel6'
      ? []
      : [['etc/machine-id', `${digest(`machine ${name}`).slice(0, 32)}\n`] as const]),
    ['proc/sys/kernel/random/boot_id', `${digest(`boot ${name}`).slice(0, 36)}\n`],
    ['proc/sys/kernel/hostname', `${name}\n`],
    ['proc/sys/kernel/osrelease', family === 'rhel6' ? '2.6.32-754.el6.x86_64\n' : '6.1.0-40-amd64\n'],
    ['proc/self/status', 'Name:\tsh\nUid:\t0\t0\t0\t0\n'],
    ['etc/hosts', `127.0.0.1 localhost\n`],
    ['etc/iproute2/rt_tables', '255\tlocal\n254\tmain\n253\tdefault\n0\tunspec\n'],
    ['proc/sys/net/ipv4/ip_forward', '0\n'],
    ['proc/sys/net/ipv6/conf/all/forwarding', '0\n'],
    ...interfaces.flatMap((device): [string, string][] => [
      [`proc/sys/net/ipv6/conf/${device}/ndisc_notify`, '0\n'],
      [`proc/sys/net/ipv6/conf/${device}/accept_redirects`, '1\n'],
    ]),
    ...conf,
    ...interfaces.map((device): [string, string] => [`sys/class/net/${device}/operstate`, 'up\n']),
    ['.sim/addresses', lines.join('')],
    ['.sim/routes', first === undefined ? '' : `default via ${gateway} dev ${first.interface} \n`],
    [
      '.sim/rules',
      '0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n',
    ],
    ['.sim/routes6', ''],
    ['.sim/rules6', '0:\tfrom all lookup local\n32766:\tfrom all lookup main\n'],
    ...[
      'fou',
      'iptables-nat',
      'iptables-mangle',
      'ip6tables-nat',
      'ip6tables-mangle',
      'arptables-filter',
    ].map((file): [string, string] => [`.sim/${file}`, '']),
    ['proc/mounts', ''],
    ['.sim/timeouts', '900 120 300\n'],
    ['.sim/table', ''],
    ['.sim/thresholds', ''],
  ];
}
