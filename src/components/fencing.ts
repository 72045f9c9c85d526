import type { FencingDevice } from '../model/failover.ts';
import { fileWay, secretPath } from '../model/fencing-secrets.ts';
import { secretToken } from '../model/secret.ts';
import { file } from '../resources/file.ts';
import type { Resource } from '../resources/index.ts';
import { type Component, directorRoles } from './component.ts';

/** The secrets of fencing devices, each in a file that only root reads and from which the agent takes it. */
export const fencingComponent: Component = (site) => {
  const devices = directorRoles(site).flatMap(({ cluster }) => cluster.failover?.fencing ?? []);
  return devices.flatMap(({ agent, secrets }) =>
    Object.entries(secrets)
      .filter(([name]) => fileWay(agent, name) !== undefined)
      .map(([, need]): Resource =>
        file(secretPath(need), `${secretToken(need.name)}\n`, { mode: '0400', sensitive: true }),
      ),
  );
};

/** The parameters of an agent. For a secret: where it is, or, if the agent reads no file, the token that stands for it. */
export function agentParams({ agent, params, secrets }: FencingDevice): Record<string, string> {
  const pointers = Object.entries(secrets).flatMap(([name, need]): [string, string][] => {
    const way = fileWay(agent, name);
    if (way === undefined) return [[name, secretToken(need.name, 'xml')]];
    if (way.by === 'command') return [[way.param, `cat ${secretPath(need)}`]];
    return [
      [name, secretPath(need)],
      [way.param, way.value],
    ];
  });
  return { ...params, ...Object.fromEntries(pointers) };
}
