import { digest } from '../net/digest.ts';

/** What an image is made of. */
export interface Recipe {
  readonly suite: string;
  /** Installed on every host. */
  readonly installed: readonly string[];
  /** Near at hand for apply, in a repository inside the image, with all that they need. */
  readonly repository: readonly string[];
}

/** What hosts of the inventory may be made to install. */
const provisioned = [
  'ipvsadm',
  'iputils-arping',
  'nftables',
  'chrony',
  'ntpsec',
  'ntpsec-ntpdate',
  'cron',
  'keepalived',
  'ldirectord',
  'liblwp-protocol-https-perl',
  'heartbeat',
  'corosync',
  'pacemaker',
  'pacemaker-cli-utils',
];

/** What few inventories have installed, and what stands opposite them in the lab: servers of files and of a third vote. */
const fetched = ['rsync', 'nfs-common', 'nfs-kernel-server', 'corosync-qdevice', 'corosync-qnetd'];

/** Debian without anything of ours: systemd, sshd, and what people look around with. */
const blank = [
  ['systemd', 'systemd-sysv', 'systemd-container', 'dbus', 'kmod', 'busybox-static'],
  ['openssh-server', 'sudo', 'iproute2', 'iputils-ping', 'procps', 'curl', 'tcpdump', 'less'],
  ['nginx-light', 'vsftpd', 'openssl', 'iptables'],
].flat();

/**
 * The ordinary image has installed, and not enabled, what apply would have to unpack, which is slow under emulation;
 * the bare one has it only in its repository. chrony and ntpsec exclude each other.
 */
export function recipeOf({ bare }: { readonly bare: boolean }): Recipe {
  const ready = bare ? [] : provisioned.filter((name) => name !== 'ntpsec');
  return { suite: 'bookworm', installed: [...blank, ...ready], repository: [...provisioned, ...fetched] };
}

/** The name of the image in the cache: a digest of all that it is made of. */
export function imageName(recipe: Recipe, script: string): string {
  return digest(JSON.stringify([recipe, script])).slice(0, 16);
}
