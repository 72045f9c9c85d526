import { type Component, directorRoles } from '../components/component.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Family } from '../model/family.ts';
import type { PackageResource } from '../resources/package.ts';
import type { Engine } from './engine.ts';
import type { EnginePackage } from './facts-shape.ts';

/** All resources of a director for an engine: those from its facts, and those that its folder makes. */
export function componentOf({ name, failover, packages, resources }: Engine): Component {
  return (site) => {
    const mine = directorRoles(site, (cluster) => enginesOf(cluster).includes(name));
    if (mine.length === 0) return [];
    const moves = mine.some(({ cluster }) => cluster.failover?.engine === name);
    return [
      ...(moves && failover?.nodeNames === true
        ? [{ kind: 'node-name' as const, name: site.host.name, engine: name }]
        : []),
      ...packagesOf(
        packages,
        site.family,
        mine.map(({ cluster }) => cluster),
      ),
      ...resources(site),
    ];
  };
}

function enginesOf({ health, failover }: Cluster): readonly (string | undefined)[] {
  return [health.engine, failover?.engine];
}

function packagesOf(
  packages: readonly EnginePackage[],
  family: Family,
  clusters: readonly Cluster[],
): PackageResource[] {
  return packages
    .filter(({ when }) => when === undefined || clusters.some(when))
    .flatMap(({ name: names, unless }) => {
      const name = typeof names === 'string' ? names : names[family];
      if (name === undefined) return [];
      return [
        { kind: 'package' as const, name, installed: true, ...(unless === undefined ? {} : { unless }) },
      ];
    });
}
