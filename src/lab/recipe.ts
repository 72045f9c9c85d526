import { digest } from '../net/digest.ts';

/** What an image is made of. */
export interface Recipe {
  readonly suite: string;
  /** Installed on every host. */
  readonly installed: readonly string[];
  /** Packages for apply, in a repository inside the image, with their dependencies. */
  readonly repository: readonly string[];
}

/** Packages that apply may install on hosts of the inventory. */
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

/** Packages that few inventories need, and those of their servers in the lab: for files, and for a third vote. */
const fetched = ['rsync', 'nfs-common', 'nfs-kernel-server', 'corosync-qdevice', 'corosync-qnetd'];

/** Debian without lvsform's packages: systemd, sshd, and the usual tools to look around. */
const blank = [
  ['systemd', 'systemd-sysv', 'systemd-container', 'dbus', 'kmod', 'busybox-static'],
  ['openssh-server', 'sudo', 'iproute2', 'iputils-ping', 'procps', 'curl', 'tcpdump', 'less'],
  ['nginx-light', 'vsftpd', 'openssl', 'iptables'],
].flat();

/**
 * In the ordinary image the packages of apply are installed but not enabled, since unpacking is slow under emulation; the bare
 * image has them only in its repository. chrony and ntpsec exclude each other.
 */
export function recipeOf({ bare }: { readonly bare: boolean }): Recipe {
  const ready = bare ? [] : provisioned.filter((name) => name !== 'ntpsec');
  return { suite: 'bookworm', installed: [...blank, ...ready], repository: [...provisioned, ...fetched] };
}

/** The name of the image in the cache: a digest of all that it is made of. */
export function imageName(recipe: Recipe, script: string): string {
  return digest(JSON.stringify([recipe, script])).slice(0, 16);
}
