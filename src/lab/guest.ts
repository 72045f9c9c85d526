import type { Inventory } from '../model/cluster.ts';
import { digest } from '../net/digest.ts';
import { splitPrefix } from '../net/address.ts';
import { application } from './servers.ts';
import type { Machine, Topology } from './topology.ts';

/** A file of the guest, by its path from the guest's root. */
export interface GuestFile {
  readonly path: string;
  readonly content: string;
  readonly mode?: number;
  /** True for a symbolic link; `content` is its target. */
  readonly link?: true;
}

export interface KeyPair {
  readonly private: string;
  readonly public: string;
}

export interface LabKeys {
  /** Who may log in. */
  readonly login: KeyPair;
  /** By machine. */
  readonly hosts: ReadonlyMap<string, KeyPair>;
}

/** Addresses in the management network: slirp has .2 to .4, the guest's own is .9, machines begin at .10. */
const firstMachine = 10;

/** The address in the management network under which machine `index` is reached. */
export function managementAddress({ management }: Topology, index: number): string {
  return `${splitPrefix(management).address.replace(/\d+$/, '')}${index + firstMachine}`;
}

/** Everything below /lab by which the guest makes the machines of a topology, blank. */
export function guestFiles(topology: Topology, inventory: Inventory, keys: LabKeys): GuestFile[] {
  const bridges = ['management', ...new Set(topology.wires.map(bridgeOf))];
  const hosts = topology.machines.map(
    ({ name, kind }, index) => `${name} ${kind} ${managementAddress(topology, index)}\n`,
  );
  return [
    { path: 'lab/networks', content: bridges.map((bridge) => `${bridge}\n`).join('') },
    {
      path: 'lab/management',
      content: `${managementAddress(topology, -1)}/${splitPrefix(topology.management).prefix}\n`,
    },
    { path: 'lab/hosts', content: hosts.join('') },
    ...topology.machines.flatMap((machine, index) => {
      const at = `lab/host.d/${machine.name}`;
      const files = rootFiles(machine, keys);
      return [
        { path: `${at}/links`, content: links(topology, machine, index) },
        { path: `${at}/network`, content: addresses(topology, machine, index) },
        { path: `${at}/users`, content: usersOf(inventory, machine.name) },
        { path: `${at}/login`, content: keys.login.public },
        ...files.map((file) => ({ ...file, path: `${at}/root/${file.path}` })),
      ];
    }),
  ];
}

function bridgeOf(wire: number): string {
  return `net${wire}`;
}

/** Words for `ip -batch`: a cable from each interface to its bridge. MACs are fixed: neighbours remember them over a reboot. */
function links({ wires }: Topology, { name, links: own }: Machine, index: number): string {
  const cable = (device: string, bridge: string, number: number): string => {
    const end = `h${index}.${number}`;
    const mac = `52:54:00:4c:${hex(index)}:${hex(number)}`;
    return `link add ${end} type veth peer name ${device} address ${mac} netns ${name}\nlink set ${end} master ${bridge} up\n`;
  };
  return [
    cable('mgmt0', 'management', 0),
    ...[...new Map(own.map((link) => [link.interface, link])).values()].map((link, number) =>
      cable(link.interface, bridgeOf(wires[link.network]!), number + 1),
    ),
  ].join('');
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}

/** Words for `ip -batch` inside the machine's network namespace. */
function addresses(topology: Topology, { links: own, gateways }: Machine, index: number): string {
  const { prefix } = splitPrefix(topology.management);
  const address = (cidr: string, device: string): string =>
    `address add ${cidr} ${cidr.includes(':') ? 'nodad' : 'brd +'} dev ${device}\nlink set ${device} up\n`;
  return [
    'link set lo up\n',
    address(`${managementAddress(topology, index)}/${prefix}`, 'mgmt0'),
    ...own.map((link) => address(`${link.address}/${link.prefix}`, link.interface)),
    ...gateways.map((gateway) => `route add default via ${gateway}\n`),
  ].join('');
}

/** Login names that the inventory needs beside root, one in each line. */
function usersOf({ hosts }: Inventory, name: string): string {
  const user = hosts.find((host) => host.name === name)?.ssh.user;
  return user === undefined || user === 'root' ? '' : `${user}\n`;
}

/** The files by which a machine differs from the image. */
function rootFiles({ name, serves, kind }: Machine, keys: LabKeys): GuestFile[] {
  const hostKey = keys.hosts.get(name)!;
  return [
    { path: 'etc/hostname', content: `${name}\n` },
    { path: 'etc/machine-id', content: `${digest(`lab ${name}`).slice(0, 32)}\n` },
    { path: 'etc/hosts', content: '127.0.0.1 localhost\n' },
    { path: 'etc/ssh/ssh_host_ed25519_key', content: hostKey.private, mode: 0o600 },
    { path: 'etc/ssh/ssh_host_ed25519_key.pub', content: hostKey.public },
    { path: 'root/.ssh/authorized_keys', content: keys.login.public, mode: 0o600 },
    ...(kind === 'system' ? [withoutClock] : []),
    ...(serves === undefined ? [] : application(serves)),
  ];
}

/** A container must not set the clock, which all share: with -x chronyd runs and measures, but does not set it. */
const withoutClock: GuestFile = {
  path: 'etc/systemd/system/chrony.service.d/lab.conf',
  content: '[Unit]\nConditionCapability=\n[Service]\nExecStart=\nExecStart=!/usr/sbin/chronyd -F 1 -x\n',
};
