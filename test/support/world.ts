import { everything } from '../../src/plan/policy.ts';
import type { ExecutionContext } from 'ava';
import { applyPlan } from '../../src/apply/run.ts';
import { withSshKeys } from '../../src/disk/ssh-key.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import { secretNeeds } from '../../src/model/secret-needs.ts';
import { Secret } from '../../src/model/secret.ts';
import type { Inventory } from '../../src/model/cluster.ts';
import type { Family } from '../../src/model/family.ts';
import { forgetPlan } from '../../src/plan/forget.ts';
import { makePlan, type PlanRequest } from '../../src/plan/make.ts';
import type { Surroundings } from '../../src/plan/see.ts';
import { hasChanges, type Plan } from '../../src/plan/plan.ts';
import type { Clock, Hosts } from '../../src/port.ts';
import { renderer } from '../../src/render/templates.ts';
import type { Event, HostResult, Outcome } from '../../src/plan/events.ts';
import { planText } from '../../src/report/plan-text.ts';
import { plain } from '../../src/report/style.ts';
import { simulate, type SimulatedHosts } from '../../src/sim/simulation.ts';
import { SshHosts } from '../../src/ssh/hosts.ts';
import { inventoryOf } from './inventories.ts';
import { blank, sameness, shared } from './settled.ts';

const render = renderer(await readTemplates());
let count = 0;
export const testClock: Clock = {
  now: () => new Date(),
  random: () => (0x1000000 + (count += 1)).toString(16).padStart(32, 'f'),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, 3000))),
};

/** Simulated hosts with plan and apply over real SSH. */
export interface World {
  readonly sim: SimulatedHosts;
  readonly hosts: Hosts;
  readonly events: Event[];
  /** Plans for the inventory given, else for the one the world began with. */
  readonly plan: (text?: string, more?: Partial<PlanRequest>, hosts?: Hosts) => Promise<Plan>;
  /** Plans to give hosts up. */
  readonly forget: (text: string, ...names: string[]) => Promise<Plan>;
  /** `confirmSeconds`: how long a host waits to be reached anew. */
  readonly apply: (plan: Plan, hosts?: Hosts, confirmSeconds?: number) => Promise<HostResult[]>;
  /** Plans and applies, and expects every host to be changed or ok. */
  readonly settle: (text?: string, more?: Partial<PlanRequest>) => Promise<void>;
  readonly text: (plan: Plan) => string;
}

export { wholeTree } from './whole-tree.ts';

export async function world(
  t: ExecutionContext,
  inventory: Inventory | string,
  familyOf?: (host: string) => Family,
): Promise<World> {
  const first = typeof inventory === 'string' ? inventoryOf(inventory) : inventory;
  const simulation = await simulate(first, familyOf);
  const { sim, touch, isTouched } = blank(simulation);
  const limits = { connectTimeout: 60_000, silence: 60_000 };
  const hosts = new SshHosts(simulation.routeOf, limits, () =>
    Promise.reject(new Error('no password is wanted')),
  );
  t.teardown(async () => {
    hosts.close();
    await sim.stop();
  });
  const needs = secretNeeds(first);
  const secrets = withSshKeys(
    needs,
    new Map(needs.map(({ name }) => [name, new Secret(`key-of-${name}`.padEnd(64, '-'))] as const)),
  );
  const events: Event[] = [];
  const surroundings = (own: Hosts, confirmSeconds = 30): Surroundings => ({
    hosts: own,
    confirmSeconds,
    secrets,
    clock: testClock,
    emit: (event) => void events.push(event),
  });
  const plan: World['plan'] = (text, more = {}, own = hosts) => {
    if (own !== hosts) touch();
    return makePlan(
      {
        inventory: text === undefined ? first : inventoryOf(text),
        path: 'inventory.yaml',
        render,
        selection: { limit: [], exclude: [] },
        destroy: false,
        keep: true,
        forget: [],
        parallelism: 20,
        policy: everything,
        batches: [],
        secrets,
        ...more,
      },
      surroundings(own),
    );
  };
  const apply: World['apply'] = (made, own = hosts, confirmSeconds = 30) => {
    touch();
    return applyPlan(
      made,
      { who: 'test@here', since: '2026-01-01T00:00:00Z', why: 'a test' },
      20,
      surroundings(own, confirmSeconds),
    );
  };
  const settle: World['settle'] = async (text, more) => {
    const results = await apply(await plan(text, more));
    t.deepEqual(
      results.filter(({ outcome }) => outcome !== 'changed' && outcome !== 'ok'),
      [],
    );
    const again = await plan(text, more);
    t.false(hasChanges(again), planText(again, plain));
  };
  return {
    sim,
    hosts,
    events,
    plan,
    forget: (text, ...names) =>
      forgetPlan(
        { inventory: inventoryOf(text), path: 'inventory.yaml', names, parallelism: 20 },
        surroundings(hosts),
      ),
    apply,
    settle: async (text, more) => {
      const key = isTouched() ? undefined : sameness(first, familyOf, text, more ?? {});
      if (key === undefined) return settle(text, more);
      touch();
      return shared(key, simulation.root('any'), events, () => settle(text, more));
    },
    text: (made) => planText(made, plain),
  };
}

/** Outcomes by host. */
export function outcomes(results: readonly HostResult[]): Record<string, Outcome> {
  return Object.fromEntries(results.map(({ host, outcome }) => [host, outcome]));
}
