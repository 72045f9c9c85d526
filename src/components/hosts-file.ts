import type { Resource } from '../resources/index.ts';
import { common, type Component } from './component.ts';

/** The cluster's names in /etc/hosts: name servers may be down just when the names are needed. */
export const hostsFileComponent: Component = (site) => {
  const clusters = site.roles.map(({ cluster }) => cluster).filter(({ hostsFile }) => hostsFile);
  const members = clusters.flatMap(({ directors, realServers }) => [...directors, ...realServers]);
  const hosts = [
    ...new Map(
      members.map(({ name, address, address6 }) => [name, { name, address, address6: address6 ?? '' }]),
    ).values(),
  ];
  if (hosts.length === 0) return [];
  const block: Resource = {
    kind: 'block',
    path: '/etc/hosts',
    content: site.render('hosts-file/hosts', { ...common(site), hosts }),
  };
  return [block];
};
