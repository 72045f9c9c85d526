import type { Plan } from '../../src/plan/plan.ts';
import { all, told, shop, withoutRs2 } from '../support/rumours.ts';
import { outcomes, wholeTree, world, type World } from '../support/world.ts';

/*
 * A plan that was kept, and what came between it and its apply: whoever owns the host now, and whatever plan it has had
 * since, it is left alone, and the message names what came between.
 */

interface Row {
  readonly title: string;
  readonly host: string;
  readonly keep: (w: World) => Promise<Plan>;
  readonly between: (w: World, kept: Plan) => Promise<unknown>;
  readonly message: RegExp;
}

const shop2 = shop.replace('name: shop', 'name: shop2');
const heavier = shop.replace('weight: 2', 'weight: 5');
const limitedTo = (host: string) => ({ selection: { limit: [host], exclude: [] } });
const destroyRs2 = (w: World): Promise<Plan> => w.plan(shop, { destroy: true, ...limitedTo('rs2') });
const weigh = (w: World): Promise<Plan> => w.plan(heavier);
const leave = (w: World): Promise<Plan> => w.plan(withoutRs2);
const taken = async (w: World): Promise<unknown> => w.apply(await w.plan(shop2, { takeOver: ['shop'] }));
const given = (host: string) => async (w: World) => w.apply(await w.forget(shop, host));
const anew = async (w: World, kept: Plan): Promise<unknown> => {
  await w.apply(kept);
  return w.settle(shop);
};

const owns = /^since this plan was made, plan \S+ of the inventory shop2 was applied: plan again$/;
const gave = /^since this plan was made, the inventory shop gave it up at 20\S+: plan again$/;
const applied = /^since this plan was made, plan \S+ of the inventory shop was applied: plan again$/;

const rows: readonly Row[] = [
  {
    title: 'a destroy; another inventory took the host over',
    host: 'rs2',
    keep: destroyRs2,
    between: taken,
    message: owns,
  },
  {
    title: 'a destroy; it was applied, and the host set up anew',
    host: 'rs2',
    keep: destroyRs2,
    between: anew,
    message: applied,
  },
  {
    title: 'a destroy; the host was given up',
    host: 'rs2',
    keep: destroyRs2,
    between: given('rs2'),
    message: gave,
  },
  {
    title: 'a change; another inventory took the host over',
    host: 'lb1',
    keep: weigh,
    between: taken,
    message: owns,
  },
  {
    title: 'a change; the host was given up',
    host: 'lb1',
    keep: weigh,
    between: given('lb1'),
    message: gave,
  },
  {
    title: 'a host that leaves; it was given up',
    host: 'rs2',
    keep: leave,
    between: given('rs2'),
    message: gave,
  },
  {
    title: 'a host that leaves; another inventory took it over',
    host: 'lb1',
    keep: leave,
    between: taken,
    message: owns,
  },
  {
    title: 'a destroy of all; another inventory took the hosts over',
    host: 'lb1',
    keep: (w) => w.plan(shop, { destroy: true }),
    between: taken,
    message: owns,
  },
  {
    title: 'a change; the hosts were destroyed, and another inventory set them up',
    host: 'lb1',
    keep: weigh,
    between: async (w) => {
      await w.settle(shop, { destroy: true });
      await w.settle(shop2);
    },
    message: owns,
  },
  {
    title: 'a change that was applied; then the host was given up',
    host: 'lb1',
    keep: weigh,
    between: async (w, kept) => {
      await w.apply(kept);
      await given('lb1')(w);
    },
    message: gave,
  },
];

for (const { title, host, keep, between, message } of rows) {
  told(`a plan that was kept is overtaken: ${title}`, async (t) => {
    const w = await world(t, all);
    await w.settle(shop);
    const kept = await keep(w);
    await between(w, kept);
    const before = await w.sim.shell(host, wholeTree);
    const results = await w.apply(kept);
    t.is(outcomes(results)[host], 'stale');
    t.regex(results.find((each) => each.host === host)?.message ?? '', message);
    t.is(await w.sim.shell(host, wholeTree), before);
  });
}
