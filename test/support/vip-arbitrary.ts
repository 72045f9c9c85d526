import fc from 'fast-check';
import type { Inventory } from '../../src/model/cluster.ts';
import type { HostPlan } from '../../src/plan/plan.ts';
import type { Holders } from '../../src/plan/vip-moves.ts';
import { adds, alsoDirector, of, realServer, removes, sendsTo, type Trait, unreachable } from './plans.ts';
import { engineGives, engineTakes, handsOver, hasVip, takesOver } from './vip-traits.ts';

/** Which directors have a VIP, or are to have it: one, or several between which an engine moves it. */
export interface Place {
  readonly on: readonly string[];
  readonly engine: boolean;
}

/** A VIP at random, with the real server of its cluster. */
export interface Journey {
  readonly vip: string;
  readonly from: Place;
  /** On nobody: the inventory wants the VIP no more. */
  readonly to: Place;
}

export interface Moving {
  readonly journeys: readonly Journey[];
  readonly hosts: readonly HostPlan[];
  readonly holders: Holders;
  /** As the inventory has them. */
  readonly clusters: Inventory['clusters'];
}

const names = ['lb1', 'lb2', 'lb3', 'lb4'] as const;
const one = fc.constantFrom(...names).map((name): Place => ({ on: [name], engine: false }));
const pair = fc
  .subarray([...names], { minLength: 2, maxLength: 2 })
  .map((on): Place => ({ on, engine: true }));
const nobody = fc.constant<Place>({ on: [], engine: false });
const from = fc.oneof({ weight: 5, arbitrary: one }, { weight: 1, arbitrary: pair });
const to = fc.oneof(
  { weight: 6, arbitrary: one },
  { weight: 2, arbitrary: pair },
  { weight: 1, arbitrary: nobody },
);

/** What happens beside: a real server that is away, old holders that serve for the new ones, something to retire. */
interface Extra {
  readonly away: boolean;
  readonly serves: boolean;
  readonly retires: boolean;
  /** True where the old holder is in no cluster of the new one. */
  readonly stranger: boolean;
}

const extra: fc.Arbitrary<Extra> = fc.record({
  away: fc.nat(9).map((number) => number === 0),
  serves: fc.nat(3).map((number) => number === 0),
  retires: fc.boolean(),
  stranger: fc.boolean(),
});
const out = fc
  .nat(9)
  .map((number): 'in' | 'away' | 'left out' => (number === 0 ? 'away' : number === 1 ? 'left out' : 'in'));

/** Directors of which some give VIPs to others; some are away or left out of the plan. */
export const moving: fc.Arbitrary<Moving> = fc
  .record({
    ways: fc.array(fc.record({ from, to, extra }), { minLength: 1, maxLength: 4 }),
    states: fc.tuple(out, out, out, out),
  })
  .map(({ ways, states }) => {
    const journeys = ways.map((way, index): Journey & { extra: Extra } => ({
      ...way,
      vip: `10.0.0.${index + 1}`,
      // Where an engine and lvsform follow one another on one host, nothing moves between hosts.
      to: way.from.engine !== way.to.engine && overlap(way.from, way.to) ? way.from : way.to,
    }));
    const hosts = [
      ...names.flatMap((name, index) =>
        states[index] === 'left out' ? [] : [hostOf(name, journeys, states[index]!)],
      ),
      ...journeys.map(({ extra: { away } }, index) =>
        realServer(`rs${index + 1}`, of(`c${index}`), adds(), ...(away ? [unreachable] : [])),
      ),
    ];
    const clusters = [{ directors: names.map((name) => ({ name })) }] as unknown as Inventory['clusters'];
    return { journeys, hosts, clusters, holders: new Map(journeys.map(({ vip, to: { on } }) => [vip, on])) };
  });

function hostOf(name: string, journeys: readonly (Journey & { extra: Extra })[], state: string): HostPlan {
  const mine = journeys.flatMap((journey, index): { cluster: string; trait: Trait[] }[] => {
    const { from: before, to: after, extra: more } = journey;
    const traits = traitsOf(name, journey, index);
    const leaves = before.on.includes(name) && !after.on.includes(name);
    const serves = more.serves && leaves && after.on.length > 0;
    return traits.length === 0
      ? []
      : [
          {
            cluster: leaves && more.stranger ? `old${index}` : `c${index}`,
            trait: [...traits, ...(serves ? [adds(journey.vip)] : [])],
          },
        ];
  });
  return realServer(
    name,
    alsoDirector,
    of(...mine.map(({ cluster }) => cluster)),
    ...mine.flatMap(({ trait }) => trait),
    ...(journeys.some(({ extra: { retires } }) => retires) ? [removes()] : []),
    ...(state === 'away' ? [unreachable] : []),
  );
}

function traitsOf(name: string, journey: Journey & { extra: Extra }, index: number): Trait[] {
  const { vip, from: before, to: after, extra: more } = journey;
  const [was, is] = [before.on.includes(name), after.on.includes(name)];
  if (was && is) return [hasVip(vip)];
  if (was) return [before.engine ? engineGives(vip) : handsOver(vip)];
  if (!is) return [];
  const servers = [
    `rs${index + 1}`,
    ...(more.serves ? before.on.filter((each) => !after.on.includes(each)) : []),
  ];
  return [after.engine ? engineTakes(vip) : takesOver(vip), sendsTo(...servers)];
}

function overlap(place: Place, other: Place): boolean {
  return place.on.some((name) => other.on.includes(name));
}
