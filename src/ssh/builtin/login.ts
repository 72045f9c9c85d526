import type { AnyAuthMethod } from 'ssh2';
import { BoundedAgent } from './agent.ts';
import type { SshFiles } from '../files.ts';
import { BeyondLibrary, onlyOpenssh } from '../lost.ts';
import type { Route } from '../route.ts';

/** The keys that are offered to a host. */
export interface Login {
  readonly attempts: readonly AnyAuthMethod[];
  /** The keys, by their files. */
  readonly offered: readonly string[];
  /** The keys that cannot be used, with the reasons. */
  readonly refused: readonly string[];
  readonly agent: BoundedAgent | undefined;
}

/** The keys and the agent of a route. Keys are tried at once: asking sshd first which methods it accepts costs a round trip. */
export async function loginFor(route: Route, files: SshFiles, limit: number): Promise<Login> {
  const { identities, refused, publics, certificates } = await files.identities(route.identities);
  const [certificate] = certificates;
  if (certificate !== undefined) {
    throw new BeyondLibrary(
      `the certificate ${certificate}`,
      onlyOpenssh(`uses the certificate ${certificate}`),
      'refused',
    );
  }
  const { user: username } = route;
  const keys = identities.map(({ key }): AnyAuthMethod => ({ type: 'publickey', username, key }));
  const paths = identities.map(({ path }) => path);
  if (route.agent === undefined || (route.identitiesOnly && publics.length === 0)) {
    return { attempts: keys, offered: paths, refused, agent: undefined };
  }
  // Half of the time, so that the keys in files have the other half.
  const agent = new BoundedAgent(route.agent, limit / 2, publics, route.identitiesOnly);
  const byAgent: AnyAuthMethod = { type: 'agent', username, agent };
  return {
    attempts: route.identitiesOnly ? [...keys, byAgent] : [byAgent, ...keys],
    offered: [...paths, 'those of the agent'],
    refused,
    agent,
  };
}
