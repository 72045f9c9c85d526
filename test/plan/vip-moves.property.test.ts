import fc from 'fast-check';
import test from 'ava';
import { lookingFirst } from '../../src/plan/looking.ts';
import { orderHosts } from '../../src/plan/order.ts';
import { type HostPlan, isReady, type Transaction } from '../../src/plan/plan.ts';
import { drainingTogether } from '../../src/plan/draining.ts';
import { takingApart } from '../../src/plan/taking.ts';
import { type Ended, orderText, rehearse } from '../support/rehearsal.ts';
import { type Journey, moving } from '../support/vip-arbitrary.ts';

/*
 * The law of VIPs that move, for VIPs, directors and failures at random, and for a run that is stopped at any time: a VIP
 * is on one director at a time, and a VIP that was there, and is wanted, is there in the end.
 */

/** What a transaction raises and gives up. */
function effectsOf(
  { stages }: Transaction,
  host: HostPlan,
  vip: string,
): { raises: boolean; gives: boolean } {
  if (!isReady(host)) return { raises: false, gives: false };
  const { changes, comes = [], resources } = host.state;
  const own = changes.filter(({ id }) => id === `address:${vip} eth0`);
  const engine = resources.some(
    (each) => each.kind === 'address' && each.address === vip && each.want === 'floating',
  );
  const starts = changes.filter(
    ({ id }) => engine && comes.includes(`address:${vip} eth0`) && id === 'unit:keepalived',
  );
  const acts = (verb: string, list: typeof changes): boolean =>
    list.some((each) => each.verb === verb && each.actions.some(({ stage }) => stages.includes(stage)));
  return { raises: acts('add', own) || acts('add', starts), gives: acts('remove', own) };
}

/** The VIPs for which a transaction looks whether another host answers. */
function looksOf({ stages }: Transaction, host: HostPlan): string[] {
  const actions = isReady(host) ? host.state.changes.flatMap((change) => change.actions) : [];
  return actions.flatMap((action) =>
    action.do === 'run' && stages.includes(action.stage)
      ? action.commands
          .filter(([verb]) => verb === 'unclaimed')
          .flatMap((words) => words.slice(1).map(String))
      : [],
  );
}

/** In how many places a VIP is: the hosts of one engine count as one, and so does what an engine keeps where hosts change. */
function placesOf(holders: ReadonlySet<string>, { from, to }: Journey): number {
  const engines = [from, to].filter(({ engine }) => engine).map(({ on }) => on);
  const [one = [], other = []] = engines;
  const groups = one.some((host) => other.includes(host)) ? [[...one, ...other]] : engines;
  const found = [...holders].map((host) => groups.findIndex((hosts) => hosts.includes(host)));
  return new Set(found.filter((each) => each >= 0)).size + found.filter((each) => each < 0).length;
}

interface Told {
  readonly ended: readonly Ended[];
  /** The most places that each VIP had at once, and those where it is in the end. */
  readonly vips: ReadonlyMap<string, { most: number; last: number; on: ReadonlySet<string> }>;
}

interface Case {
  readonly hosts: readonly HostPlan[];
  readonly journeys: readonly Journey[];
  readonly transactions: readonly Transaction[];
}

function play(
  { hosts, journeys, transactions }: Case,
  fails: (id: string) => boolean,
  pick: (from: number) => number,
  stopAfter: number,
): Told {
  const holders = new Map(journeys.map(({ vip, from }) => [vip, new Set(from.on)]));
  const most = new Map(
    journeys.map((journey) => [journey.vip, placesOf(holders.get(journey.vip)!, journey)]),
  );
  const isFailing = (transaction: Transaction): boolean => {
    const host = hosts.find((each) => each.host === transaction.host)!;
    const acts = journeys.map((journey) => ({ journey, ...effectsOf(transaction, host, journey.vip) }));
    const claimed = looksOf(transaction, host).some((vip) => (holders.get(vip)?.size ?? 0) > 0);
    if (claimed || fails(transaction.id)) return true;
    for (const { journey, raises, gives } of acts) {
      const on = holders.get(journey.vip)!;
      if (gives) on.delete(host.host);
      if (raises) on.add(host.host);
      most.set(journey.vip, Math.max(most.get(journey.vip)!, placesOf(on, journey)));
    }
    return false;
  };
  const ended = rehearse(transactions, isFailing, pick, (count) => count >= stopAfter);
  const vips = new Map(
    journeys.map((journey) => [
      journey.vip,
      {
        most: most.get(journey.vip)!,
        last: placesOf(holders.get(journey.vip)!, journey),
        on: holders.get(journey.vip)!,
      },
    ]),
  );
  return { ended, vips };
}

const plans = moving.map(({ hosts, holders, journeys, clusters }): Case => {
  const all = drainingTogether(takingApart(lookingFirst(hosts, { clusters })));
  return { hosts: all, journeys, transactions: orderHosts(all, [], holders) };
});

function storyText({ hosts, transactions }: Case, { ended, vips }: Told, { vip, from, to }: Journey): string {
  const { most, last } = vips.get(vip)!;
  return [
    `${vip} from ${from.on.join(' and ')} to ${to.on.join(' and ')}: on ${most} at once, on ${last} in the end`,
    `not read: ${hosts
      .filter((host) => !isReady(host))
      .map(({ host }) => host)
      .join(', ')}`,
    ...orderText(transactions),
    ...ended.map(({ transaction, ending }) => `${transaction.id}: ${ending}`),
  ].join('\n');
}

/** True where the transaction failed that was to raise the VIP; it may have had to raise others, too. */
function failedToTake({ ended }: Told, hosts: readonly HostPlan[], { vip }: Journey): boolean {
  return ended.some(({ transaction, ending }) => {
    const host = hosts.find((each) => each.host === transaction.host)!;
    return ending === 'failed' && effectsOf(transaction, host, vip).raises;
  });
}

/** True where an engine takes a VIP, which does not look first, and a director was not read that may have it. */
function unseen(hosts: readonly HostPlan[], { from, to }: Journey): boolean {
  const read = new Set(hosts.filter(isReady).map(({ host }) => host));
  return to.engine && from.on.some((name) => !read.has(name));
}

/** True where an engine takes VIPs of several directors: it takes all of them, or none. */
function takesAll(journeys: readonly Journey[], { to }: Journey): boolean {
  const others = journeys.filter((each) => each.to.on.some((host) => to.on.includes(host)));
  return others.some((each) => each.to.engine) && others.length > 1;
}

test('a VIP is on one director at a time, and on one in the end, whoever fails and whenever the run is stopped', (t) => {
  const failing = fc.func(fc.nat(5).map((number) => number === 0));
  const stop = fc.oneof(fc.constant(Infinity), fc.nat(12));
  fc.assert(
    fc.property(plans, failing, fc.infiniteStream(fc.nat()), stop, (each, fails, numbers, stopAfter) => {
      const pick = (from: number): number => (numbers.next().value ?? 0) % Math.max(1, from);
      const told = play(each, fails, pick, stopAfter);
      for (const journey of each.journeys) {
        const { most, last } = told.vips.get(journey.vip)!;
        const wanted = journey.to.on.length > 0;
        const mayMiss =
          !wanted || failedToTake(told, each.hosts, journey) || takesAll(each.journeys, journey);
        const once = most <= 1 || unseen(each.hosts, journey);
        if (!once || (!mayMiss && last === 0)) throw new Error(storyText(each, told, journey));
      }
    }),
    { numRuns: 1500, includeErrorInReport: true },
  );
  t.pass();
});

test('where all can be read and nobody fails, every VIP comes to where it is to be', (t) => {
  fc.assert(
    fc.property(plans, (each) => {
      const told = play(
        each,
        () => false,
        () => 0,
        Infinity,
      );
      const names = new Set(each.hosts.filter(isReady).map(({ host }) => host));
      const all = each.journeys.flatMap(({ from, to }) => [...from.on, ...to.on]);
      fc.pre(all.every((name) => names.has(name)));
      fc.pre(each.transactions.every(({ blocked }) => blocked === undefined));
      for (const journey of each.journeys) {
        const { on } = told.vips.get(journey.vip)!;
        const same = on.size === journey.to.on.length && journey.to.on.every((name) => on.has(name));
        if (!same) throw new Error(storyText(each, told, journey));
      }
    }),
    { numRuns: 300, includeErrorInReport: true },
  );
  t.pass();
});
