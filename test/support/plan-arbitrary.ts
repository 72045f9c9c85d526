import fc from 'fast-check';
import type { Absent } from '../../src/plan/order.ts';
import type { HostPlan } from '../../src/plan/plan.ts';
import {
  adds,
  alsoDirector,
  blocked,
  director,
  drops,
  enrols,
  givesUp,
  holds,
  isNew,
  left,
  of,
  preferred,
  realServer,
  removes,
  sendsTo,
  stopsSendingTo,
  strikesOff,
  takes,
  type Trait,
  unreachable,
  writes,
} from './plans.ts';

/** Hosts of some clusters at random, with what they have to do, and directors that are not in the plan. */
export interface ClusterHosts {
  readonly hosts: readonly HostPlan[];
  readonly absent: readonly Absent[];
}

const names = ['web', 'api', 'db'] as const;
const clusters = fc.subarray([...names], { minLength: 1, maxLength: 2 });
/** One that is a director no more. */
const wasOnce: Trait = (host) => ({ ...host, directs: false });
const nothing: Trait = (host) => host;
const perhaps = (...traits: readonly Trait[]): fc.Arbitrary<Trait> => fc.constantFrom(nothing, ...traits);
const seldom = (trait: Trait): fc.Arbitrary<Trait> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(nothing) }, { weight: 1, arbitrary: fc.constant(trait) });
const state = fc.oneof(
  { weight: 8, arbitrary: fc.constant(nothing) },
  { weight: 1, arbitrary: fc.constantFrom(unreachable, blocked) },
);
const together = (...arbitraries: readonly fc.Arbitrary<Trait>[]): fc.Arbitrary<Trait> =>
  fc.tuple(...arbitraries).map((traits) => (host) => traits.reduce((made, trait) => trait(made), host));

/** What one host is and does; `among` chooses the real servers to which it begins to send. */
interface Sketch {
  readonly role: 'director' | 'real server' | 'both';
  readonly clusters: readonly string[];
  readonly trait: Trait;
  readonly among: readonly boolean[];
}

const ofRealServer = together(
  perhaps(adds()),
  perhaps(drops('10.0.0.1')),
  perhaps(writes()),
  perhaps(removes()),
  seldom(enrols()),
  seldom(left),
);

const ofDirector = (own: readonly string[]): fc.Arbitrary<Trait> =>
  together(
    perhaps(isNew),
    perhaps(preferred),
    perhaps(holds('10.0.0.100')),
    perhaps(takes(vipOf(own[0])), givesUp(vipOf(own[0]))),
    perhaps(stopsSendingTo('rs9')),
    perhaps(writes()),
    seldom(enrols()),
    seldom(left),
  );

/** Each cluster has a VIP that no engine moves, beside the one that an engine may. */
function vipOf(cluster = 'web'): string {
  return `10.0.0.${names.findIndex((name) => name === cluster) + 1}`;
}

const sketch: fc.Arbitrary<Sketch> = fc
  .record({
    role: fc.constantFrom('director', 'real server', 'real server', 'both'),
    clusters,
    among: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
  })
  .chain(({ role, clusters: own, among }) =>
    together(
      role === 'real server'
        ? ofRealServer
        : role === 'director'
          ? ofDirector(own)
          : together(perhaps(adds(), writes()), seldom(wasOnce)),
      state,
    ).map((trait) => ({ role, clusters: own, among, trait })),
  );

export const clusterHosts: fc.Arbitrary<ClusterHosts> = fc
  .record({
    sketches: fc.array(sketch, { minLength: 1, maxLength: 7 }),
    absent: fc.array(
      clusters.map((each): Absent => ({ host: 'lb9', clusters: each })),
      { maxLength: 1 },
    ),
    seed: fc.infiniteStream(fc.nat()),
  })
  .map(({ sketches, absent, seed }) => ({ hosts: shuffled(sketches.map(hostOf(sketches)), seed), absent }));

/** Those that are both send only to those after them: real servers of one another cannot all be first. */
function hostOf(sketches: readonly Sketch[]): (sketch: Sketch, index: number) => HostPlan {
  const hosts = sketches.map(({ role, clusters: own, trait }, index) =>
    role === 'director'
      ? director(`h${index}`, of(...own), trait)
      : realServer(`h${index}`, ...(role === 'both' ? [alsoDirector] : []), of(...own), trait),
  );
  return ({ role, clusters: own, among }, index) => {
    const host = hosts[index]!;
    const shared = (other: HostPlan): boolean => other.clusters.some((name) => own.includes(name));
    const servers = hosts.filter(
      (other, at) =>
        among[at] === true &&
        sketches[at]!.role !== 'director' &&
        (role === 'director' || at > index) &&
        !other.departed &&
        shared(other),
    );
    const gone = hosts.filter((other) => other.departed && !host.departed && shared(other));
    const sends =
      role === 'real server' || servers.length === 0 ? nothing : sendsTo(...servers.map((each) => each.host));
    const forgets = gone.length === 0 ? nothing : strikesOff(...gone.map((each) => each.host));
    return forgets(sends(host));
  };
}

function shuffled<T>(list: readonly T[], numbers: Iterator<number>): T[] {
  const keyed = list.map((each) => ({ each, key: Number(numbers.next().value ?? 0) }));
  return keyed.toSorted((one, other) => one.key - other.key).map(({ each }) => each);
}
