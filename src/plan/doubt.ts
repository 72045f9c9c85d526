import { isProvenSame } from '../model/machine.ts';
import type { Inventory } from '../model/cluster.ts';
import type { RosterEntry } from '../observe/manifest.ts';
import { directorsIn, formerDirectors } from './former-directors.ts';
import { servicesOf } from './intent.ts';
import type { Reading } from './see.ts';

/**
 * Finds hosts whose own manifests say that they are directors, while the hosts that would know say otherwise. A director of
 * the inventory is never doubted. If no director of the inventory has served those clusters so far, the word of real servers
 * is not enough to doubt a host: the cluster is moving, and its former director may now be a real server, or nothing. But the
 * roster of a former director that others confirm tells directors from real servers.
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

/** True if a director whose roster tells directors from real servers has the host among its real servers. */
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
 * True if a host's own manifest says that it is a director, and the rosters of its clusters' real servers, which name only
 * directors, do not have it. Its own word must not put it between directors.
 */
function isDoubted(host: Reading, readings: readonly Reading[]): boolean {
  const clusters = host.observation.manifest?.clusters ?? [];
  const witnesses = readings.flatMap(({ target, observation: { manifest } }) => {
    if (target.name === host.target.name || manifest === undefined) return [];
    const { roster } = manifest;
    const shares = manifest.clusters.some((name) => clusters.includes(name));
    // A director's roster also names real servers, and itself.
    const directs = roster.some(({ ssh }) => ssh.host === target.ssh.host);
    return shares && !directs && roster.length > 0 ? [roster] : [];
  });
  return (
    witnesses.length > 0 &&
    !witnesses.some((roster) => directorsIn(roster).some((entry) => isEntryOf(entry, host)))
  );
}

/** Compares by the address, or by the host key that SSH has proved. */
function isEntryOf({ ssh, machine }: RosterEntry, { target, met }: Reading): boolean {
  return ssh.host === target.ssh.host || (machine !== undefined && isProvenSame(machine, met.machine));
}
