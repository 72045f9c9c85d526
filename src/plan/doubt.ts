import { isProvenSame } from '../model/machine.ts';
import type { Inventory } from '../model/cluster.ts';
import type { RosterEntry } from '../observe/manifest.ts';
import { directorsIn, formerDirectors } from './former-directors.ts';
import { servicesOf } from './intent.ts';
import type { Reading } from './see.ts';

/**
 * Tells hosts that call themselves directors in their own manifests, and are none by the word of those that would know. A
 * director of the inventory needs nobody's word. Where no director of the inventory served those clusters until now, nobody
 * is doubted on that word alone: the cluster moves, and the one that had it may be called a real server, or nothing, from now
 * on. But a former director, which others know as one, tells directors from real servers.
 */
export function doubter(inventory: Inventory, readings: readonly Reading[]): (reading: Reading) => boolean {
  const directors = new Set(
    inventory.clusters.flatMap((cluster) => cluster.directors.map(({ name }) => name)),
  );
  const serves = ({ observation: { manifest } }: Reading): boolean => servicesOf(manifest).length > 0;
  const known = readings.filter((each) => directors.has(each.target.name) && serves(each));
  const former = readings.filter(formerDirectors(inventory, readings));
  return (reading) =>
    !directors.has(reading.target.name) &&
    serves(reading) &&
    (known.some((director) => shareClusters(director, reading)) ||
      former.some((director) => director !== reading && hasAsServer(director, reading))) &&
    isDoubted(reading, readings);
}

/** True where a director that tells directors from real servers has a host among its real servers. */
function hasAsServer({ observation: { manifest } }: Reading, host: Reading): boolean {
  const roster = manifest?.roster ?? [];
  const named = roster.filter((entry) => isEntryOf(entry, host));
  const tells = roster.some(({ directs }) => directs === true);
  return tells && named.length > 0 && named.every(({ directs }) => directs !== true);
}

function shareClusters(one: Reading, other: Reading): boolean {
  const clusters = one.observation.manifest?.clusters ?? [];
  return clusters.some((name) => other.observation.manifest?.clusters.includes(name));
}

/**
 * True where a host calls itself a director in its own manifest, and those that would know do not: the real servers of its
 * clusters, whose rosters name their directors and nobody else. A word of its own must not put it between directors.
 */
function isDoubted(host: Reading, readings: readonly Reading[]): boolean {
  const clusters = host.observation.manifest?.clusters ?? [];
  const witnesses = readings.flatMap(({ target, observation: { manifest } }) => {
    if (target.name === host.target.name || manifest === undefined) return [];
    const { roster } = manifest;
    const shares = manifest.clusters.some((name) => clusters.includes(name));
    // A director's roster names real servers, too, and itself.
    const directs = roster.some(({ ssh }) => ssh.host === target.ssh.host);
    return shares && !directs && roster.length > 0 ? [roster] : [];
  });
  return (
    witnesses.length > 0 &&
    !witnesses.some((roster) => directorsIn(roster).some((entry) => isEntryOf(entry, host)))
  );
}

/** By its address, or by the host key that SSH has proved. */
function isEntryOf({ ssh, machine }: RosterEntry, { target, met }: Reading): boolean {
  return ssh.host === target.ssh.host || (machine !== undefined && isProvenSame(machine, met.machine));
}
