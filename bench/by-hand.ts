import type { RenderedDocument } from '../src/components/rendered.ts';
import { rendered } from '../src/components/rendered.ts';
import { readTemplates } from '../src/disk/templates.ts';
import type { Host, Inventory } from '../src/model/cluster.ts';
import { renderer } from '../src/render/templates.ts';
import { vip } from './inventory.ts';

const render = renderer(await readTemplates());

/** The scripts by which an administrator reads the hosts of an inventory: what a plan reads, in one script a host. */
export function readsByHand(inventory: Inventory): Map<string, string> {
  return scripts(inventory, readsOf);
}

/** What a first apply reads and then writes, in one script a host: the documents that were rendered, and the live state. */
export function writesByHand(inventory: Inventory): Map<string, string> {
  return scripts(inventory, (host, documents, director) => {
    const files = documents.map(
      ({ path, content, mode }) =>
        `mkdir -p "$(dirname .${path})"; cat > .${path}.new <<'THE-END'\n${content}THE-END\nchmod ${mode} .${path}.new; mv .${path}.new .${path}`,
    );
    const live = director ? directorByHand : realServerByHand;
    return `${readsOf(host, documents, director)}\n${files.join('\n')}\nsync\n${live}`;
  });
}

/** The documents that an inventory's hosts get, by host. */
export function documentsOf(inventory: Inventory): Map<string, RenderedDocument[]> {
  const managed = inventory.hosts.filter((host) => host.managed);
  return new Map(managed.map((host) => [host.name, rendered(inventory, host, 'debian', render)]));
}

type Write = (host: Host, documents: readonly RenderedDocument[], director: boolean) => string;

function scripts(inventory: Inventory, write: Write): Map<string, string> {
  const documents = documentsOf(inventory);
  const isDirector = (name: string): boolean =>
    inventory.clusters.some(({ directors }) => directors.some((each) => each.name === name));
  return new Map(
    inventory.hosts
      .filter(({ managed }) => managed)
      .map((host) => [host.name, write(host, documents.get(host.name)!, isDirector(host.name))]),
  );
}

/** What is not there yet prints nothing, and is no failure. */
function readsOf(_host: Host, documents: readonly RenderedDocument[], director: boolean): string {
  const files = documents.map(({ path }) => path.slice(1)).join(' ');
  const settings = director
    ? 'proc/sys/net/ipv4/conf/*/send_redirects proc/sys/net/ipv4/vs/conn_reuse_mode'
    : 'proc/sys/net/ipv4/conf/*/arp_ignore proc/sys/net/ipv4/conf/*/arp_announce';
  const table = `dpkg-query -W -f x ipvsadm iputils-arping; ls -d sys/module/ip_vs sys/module/ip_vs_wlc
  if [ -d sys/module/ip_vs ]; then ipvsadm -Ln; ipvsadm -Sn; ipvsadm -Ln --thresholds; fi`;
  return `cd "$LVSFORM_ROOT"
{
  uname -n; id -u; date +%s; cat etc/debian_version etc/os-release proc/sys/kernel/random/boot_id etc/machine-id
  cat var/lib/lvsform/manifest.json; ip -o addr show; ls sys/class/net
  stat -c '%F %a %U %G %n' ${files}; sha256sum ${files}
  grep '' /dev/null ${settings}
  ip -4 route show to exact ${vip} table main
  ${director ? table : ''}
  systemctl show -p Id -p LoadState -p ActiveState -p UnitFileState ${director ? 'lvs-director' : 'lvs-realserver'}.service
} 2>/dev/null || :`;
}

const realServerByHand = `for c in all lo eth0; do echo 1 > proc/sys/net/ipv4/conf/$c/arp_ignore; echo 2 > proc/sys/net/ipv4/conf/$c/arp_announce; done
ip addr add ${vip}/32 brd ${vip} dev lo label lo:0; ip route replace ${vip} dev lo
systemctl daemon-reload; systemctl -q enable lvs-realserver.service; systemctl start lvs-realserver.service`;

const directorByHand = `apt-get -y install ipvsadm iputils-arping
modprobe ip_vs; modprobe ip_vs_wlc
for c in all default eth0; do echo 0 > proc/sys/net/ipv4/conf/$c/send_redirects; done
echo 0 > proc/sys/net/ipv4/vs/conn_reuse_mode
said=$(ipvsadm -R < etc/ipvsadm.rules 2>&1); [ -z "$said" ]
ip addr add ${vip}/32 brd ${vip} dev eth0 label eth0:0; ip route replace ${vip} dev eth0
systemctl daemon-reload; systemctl -q enable lvs-director.service; systemctl start lvs-director.service`;
