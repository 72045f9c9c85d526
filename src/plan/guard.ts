import { readable } from '../model/service-key.ts';
import { addressesOf, servicesOf, type Transition, vipsOf, withoutServices } from './intent.ts';
import { intendedBefore, losses } from './losses.ts';
import { type Claim, ownershipOf } from './ownership.ts';
import { type HostPlan, isReady } from './plan.ts';
import type { Policy } from './policy.ts';
import type { Reading } from './see.ts';
import { short } from '../text/clean.ts';
import { addTo } from '../text/groups.ts';

/** What the guard must know beside the hosts and their manifests. */
interface Known {
  readonly claimOf: (host: string) => Claim;
  /** Hosts that will not be changed, since others cannot be. */
  readonly waiting: ReadonlySet<string>;
  /** Hosts that say that they are directors, while others say that they are not. */
  readonly doubted: ReadonlySet<string>;
}

/** The hosts that can be changed, with their manifests as they were read and as they are to be. */
export function transitionsOf(
  hosts: readonly HostPlan[],
  readings: readonly Reading[],
  { claimOf, waiting, doubted }: Known,
): Transition[] {
  const manifests = new Map(readings.map((each) => [each.target.name, each.observation.manifest] as const));
  return hosts.filter(isReady).map(({ host, departed, state }) => {
    const read = manifests.get(host);
    const manifest = doubted.has(host) ? withoutServices(read) : read;
    const owned = ownershipOf(manifest, claimOf(host));
    const { manifest: after, changes } = waiting.has(host) ? { manifest, changes: [] } : state;
    if (owned.is !== 'ours') return { host, departed, before: undefined, after, changes };
    const from = owned.from === undefined ? {} : { from: owned.from };
    return { host, departed, before: manifest, after, changes, ...from };
  });
}

/**
 * What a plan removes that a mistake in the inventory could remove: hosts, the last director of a cluster, virtual services,
 * VIPs, all or most of a service's real servers, another owner's host. It compares what the inventory wanted before with
 * what it wants now, so an engine that owns the table hides nothing. Empty if there are no dangers.
 */
export function dangersOf(transitions: readonly Transition[], policy: Policy): string[] {
  const { allow } = policy;
  const removes = allow.includes('remove');
  const before = intendedBefore(transitions);
  const kept = new Set(transitions.flatMap(({ after }) => servicesOf(after).map(({ key }) => key)));
  const keptVips = new Set(transitions.flatMap(({ after }) => vipsOf(after).map(({ address }) => address)));
  return [
    ...transitions.flatMap(takeOver),
    ...transitions.flatMap(foreignFiles),
    ...(removes ? departures(transitions) : []),
    ...together(transitions, (transition) => goneServices(transition, kept, allow)),
    ...together(transitions, (transition) => goneVips(transition, keptVips, allow)),
    ...(removes ? together(transitions, leftClusters) : []),
    ...together(transitions, (transition) => losses(transition, before, policy)),
  ];
}

function takeOver({ host, from, changes }: Transition): string[] {
  if (from === undefined || from.how === 'former') return [];
  const lost = changes.filter(({ verb }) => verb === 'remove').map(({ title }) => title);
  const since = from.since === undefined ? '' : ` (since ${from.since})`;
  if (from.how === 'released') {
    return lost.length === 0
      ? []
      : [`${host}: removes what the inventory ${from.owner} left there: ${lost.join(', ')}`];
  }
  return [
    `${host} is taken over from the inventory ${from.owner}${since}${lost.length === 0 ? '' : `, and this is removed there: ${lost.join(', ')}`}`,
  ];
}

/** How many things that are lost with a file are named. */
const mostNamed = 8;

function foreignFiles({ host, changes }: Transition): string[] {
  return changes.flatMap(({ title, loses = [] }) => {
    if (loses.length === 0) return [];
    const more = loses.length - mostNamed;
    const named = more > 1 ? [...loses.slice(0, mostNamed), `${more} more`] : loses;
    const what = named.map((each) => short(each, 80)).join(', ');
    return [`${host}: ${title}, which lvsform did not write, is replaced, and this is lost with it: ${what}`];
  });
}

function departures(transitions: readonly Transition[]): string[] {
  const left = transitions.filter(({ departed }) => departed);
  const names = left.map(({ host }) => host).join(', ');
  const clusters = new Set(
    left
      .filter(({ before }) => servicesOf(before).length > 0)
      .flatMap(({ before }) => before?.clusters ?? []),
  );
  const directed = new Set(
    transitions
      .filter(({ after }) => servicesOf(after).length > 0)
      .flatMap(({ after }) => after?.clusters ?? []),
  );
  return [
    ...(left.length === 0
      ? []
      : [
          `${left.length} of ${transitions.length} hosts leave${left.length === 1 ? 's' : ''} the inventory: ${names}`,
        ]),
    ...[...clusters]
      .filter((cluster) => !directed.has(cluster))
      .map((cluster) => `the last director of ${cluster} leaves`),
  ];
}

/** An edit of an engine's configuration removes what the engine made. */
function mayGo(byEngine: boolean, allow: Policy['allow']): boolean {
  return allow.includes('remove') || (byEngine && allow.includes('change'));
}

function goneServices({ before }: Transition, kept: ReadonlySet<string>, allow: Policy['allow']): string[] {
  return servicesOf(before)
    .filter(({ key, owner }) => !kept.has(key) && mayGo(owner !== undefined, allow))
    .map(({ key }) => `virtual service ${readable(key)} is removed`);
}

function goneVips({ before }: Transition, kept: ReadonlySet<string>, allow: Policy['allow']): string[] {
  return vipsOf(before)
    .filter(({ address, want }) => !kept.has(address) && mayGo(want === 'floating', allow))
    .map(({ address }) => `the VIP ${address} is removed`);
}

/** A real server that is taken out of a cluster whose directors may still send to it. */
function leftClusters({ departed, before, after }: Transition): string[] {
  if (departed || servicesOf(before).length > 0) return [];
  const kept = new Set(addressesOf(after).map(({ address }) => address));
  const lost = addressesOf(before)
    .map(({ address }) => address)
    .filter((address) => !kept.has(address));
  const left = (before?.clusters ?? []).filter((cluster) => after?.clusters.includes(cluster) !== true);
  if (lost.length === 0 || left.length === 0) return [];
  const clusters = `the cluster${left.length === 1 ? '' : 's'} ${left.join(', ')}`;
  return [`leaves ${clusters} and gives up ${lost.join(', ')}`];
}

/** The same danger on several hosts, in one line. */
function together(
  transitions: readonly Transition[],
  dangers: (transition: Transition) => string[],
): string[] {
  const hosts = new Map<string, string[]>();
  for (const transition of transitions) {
    for (const text of dangers(transition)) addTo(hosts, text, transition.host);
  }
  return [...hosts].map(([text, names]) => `${names.join(', ')}: ${text}`);
}
