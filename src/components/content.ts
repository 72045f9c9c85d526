import type { Content, Copy } from '../model/content.ts';
import type { Family } from '../model/family.ts';
import { file } from '../resources/file.ts';
import type { Resource } from '../resources/index.ts';
import { type BootPart, bootParts } from '../resources/boot.ts';
import type { MountResource } from '../resources/mount.ts';
import { line, rooted, type Command } from '../shell/quote.ts';
import { common, type Component } from './component.ts';
import { bootScript } from './init-script.ts';

/** The package that mount(8) needs for NFS. */
const nfs: Record<Family, string> = { debian: 'nfs-common', rhel7: 'nfs-utils', rhel6: 'nfs-utils' };

/** The content of a real server: mounted file systems, and copies that cron keeps up to date. */
export const contentComponent: Component = (site) => {
  const all = new Map<string, Content>();
  for (const role of site.roles) {
    if (role.as === 'real server') for (const each of role.cluster.content) all.set(each.path, each);
  }
  const contents = [...all.values()];
  if (contents.length === 0) return [];
  const mounts = contents.filter((each) => each.way === 'mount');
  const copies = contents.filter((each) => each.way === 'copy');
  const live = mounts.map(({ path, from, type, options }): MountResource => ({
    kind: 'mount',
    path,
    from,
    type,
    options,
    want: 'present',
  }));
  const context = {
    ...common(site),
    copies: copies.map((each) => ({ ...each, command: line(copyCommand(each, each.path)) })),
  };
  return [
    ...(mounts.some(({ type }) => type.startsWith('nfs')) ? [nfs[site.family]] : []),
    ...(copies.length > 0 ? ['rsync'] : []),
  ]
    .map((name): Resource => ({ kind: 'package', name, installed: true }))
    .concat(
      copies.length > 0 && site.family === 'debian'
        ? [{ kind: 'package', name: 'cron', installed: true, unless: 'cron' }]
        : [],
      live,
      copies.length > 0
        ? [file('/etc/cron.d/lvsform-content', site.render('content/rsync.cron', context))]
        : [],
      bootScript(
        site,
        {
          name: 'lvs-content',
          description: 'LVS real server: what it serves',
          start: 85,
          stop: 15,
          active: true,
          before: ['lvs-realserver'],
        },
        [...bootParts(live), ...copies.map(copyPart)],
      ),
    );
};

/** At boot a missing copy is made. When it is stopped, the copy is kept, and only an empty directory of ours is removed. */
function copyPart(copy: Copy): BootPart {
  const path = rooted(copy.path);
  return {
    of: 'mount',
    up: [['copied', path, ...copyCommand(copy, path)]],
    down: [['drop_place', path]],
    isUp: ['filled_place', path],
  };
}

/** A source that sends nothing for a minute is given up; the next copy continues where this one ended. */
function copyCommand({ from, delete: gone }: Copy, to: string): Command {
  return ['rsync', '-a', '--timeout=60', ...(gone ? ['--delete'] : []), from, `${to}/`];
}
