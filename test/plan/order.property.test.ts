import fc from 'fast-check';
import test from 'ava';
import { drainingTogether } from '../../src/plan/draining.ts';
import { longestDrain } from '../../src/plan/drain-time.ts';
import { type Absent, orderHosts } from '../../src/plan/order.ts';
import { hasWork, type HostPlan, isReady, type Transaction } from '../../src/plan/plan.ts';
import type { Action } from '../../src/resources/kind.ts';
import { clusterHosts } from '../support/plan-arbitrary.ts';
import { type Ended, isBefore, rehearse } from '../support/rehearsal.ts';

/*
 * The laws of the order, for hosts at random, hosts that fail at random, and every order in which transactions may
 * begin. They are read from what the hosts do, and not from how the order is made.
 */

const shares = (one: HostPlan, other: { readonly clusters: readonly string[] }): boolean =>
  one.clusters.some((name) => other.clusters.includes(name));
const actionsOf = ({ state }: HostPlan): Action[] =>
  state.is === 'ready' ? state.changes.flatMap(({ actions }) => actions) : [];
const needsOf = (host: HostPlan): string[] =>
  actionsOf(host).flatMap((action) => (action.do === 'run' ? action.needs : []));
const does = (host: HostPlan, stage: Action['stage']): boolean =>
  actionsOf(host).some((action) => action.stage === stage);
/** True where a host gives up what a director may be using: files are used by none. */
const givesUpLive = (host: HostPlan): boolean =>
  actionsOf(host).some((action) => action.stage === 'retire' && action.do === 'run');
const moved = (host: HostPlan, verb: 'add' | 'remove'): string[] =>
  isReady(host)
    ? host.state.changes
        .filter((change) => change.verb === verb && change.id.endsWith(' eth0'))
        .map(({ id }) => id)
    : [];
const worksFor = (transactions: readonly Transaction[], { host }: HostPlan): Transaction[] =>
  transactions.filter((each) => each.host === host && each.stages.length > 0);

interface Case {
  readonly hosts: readonly HostPlan[];
  readonly absent: readonly Absent[];
  readonly transactions: readonly Transaction[];
}

const cases = clusterHosts.map(({ hosts, absent }): Case => {
  const all = drainingTogether(hosts);
  return { hosts: all, absent, transactions: orderHosts(all, absent) };
});

function law(title: string, holds: (each: Case) => boolean): void {
  test(title, (t) => {
    fc.assert(fc.property(cases, holds), { numRuns: 300 });
    t.pass();
  });
}

/** Holds at whatever time a transaction is begun; `before` is what has ended until then. */
function lawOfBeginning(
  title: string,
  holds: (each: Case, begun: Transaction, host: HostPlan, before: readonly Ended[]) => boolean,
): void {
  test(title, (t) => {
    const failing = fc.func(fc.integer({ min: 0, max: 3 }).map((number) => number === 0));
    const picks = fc.infiniteStream(fc.nat());
    const property = fc.property(cases, failing, picks, (each, fails, numbers) => {
      const pick = (from: number): number => (numbers.next().value ?? 0) % Math.max(1, from);
      const ended = rehearse(each.transactions, ({ id }) => fails(id), pick);
      return ended.every(({ transaction, ending }, index) => {
        const host = each.hosts.find((one) => one.host === transaction.host)!;
        return ending === 'skipped' || holds(each, transaction, host, ended.slice(0, index));
      });
    });
    fc.assert(property, { numRuns: 300 });
    t.pass();
  });
}

const isDone = (before: readonly Ended[], { id }: Transaction): boolean =>
  before.some(({ transaction, ending }) => transaction.id === id && ending === 'done');

law('a transaction comes after those that it waits for, also in the list', ({ transactions }) =>
  transactions.every(({ id, after }, index) => {
    const before = transactions.slice(0, index).map((each) => each.id);
    return !before.includes(id) && after.every(({ transaction }) => before.includes(transaction));
  }),
);

law(
  'what a host has to do is done once, and a host without work has no transaction',
  ({ hosts, transactions }) =>
    hosts.every((host) => {
      const own = transactions.filter((each) => each.host === host.host);
      const stages = own.flatMap((each) => each.stages);
      const all = (['prepare', 'retire'] as const).filter((stage) => does(host, stage));
      return (
        own.length > 0 === hasWork(host) &&
        new Set(stages).size === stages.length &&
        all.every((stage) => stages.includes(stage))
      );
    }),
);

law('each host’s parts come in their order', ({ hosts, transactions }) =>
  hosts.every(({ host }) => {
    const rank = ({ stages }: Transaction): number =>
      stages.length === 0 ? 2 : stages[0] === 'retire' ? 1 : 0;
    const own = transactions
      .filter((each) => each.host === host)
      .toSorted((one, other) => rank(one) - rank(other));
    return own.every(({ id }, index) => index === 0 || isBefore(transactions, own[index - 1]!.id, id));
  }),
);

law('directors of one cluster are never at work together', ({ hosts, transactions }) => {
  const senders = hosts
    .filter((host) => host.sends)
    .flatMap((host) => worksFor(transactions, host).map(({ id }) => ({ host, id })));
  return senders.every((one, index) =>
    senders
      .slice(index + 1)
      .filter((other) => other.host !== one.host && shares(other.host, one.host))
      .every((other) => isBefore(transactions, one.id, other.id) || isBefore(transactions, other.id, one.id)),
  );
});

/** True for a part in which a director waits for what all that drain together have begun. */
const waitsTogether = ({ hosts }: Case, { host, stages }: Transaction): boolean =>
  !stages.includes('prepare') &&
  hosts.some((each) => each.host === host && isReady(each) && each.state.drainsFirst === true);

law('directors that drain together have all set weight 0 before the first of them waits', (each) => {
  const waits = each.transactions.filter((one) => one.stages.includes('retire') && waitsTogether(each, one));
  const hostOf = (name: string): HostPlan => each.hosts.find(({ host }) => host === name)!;
  return waits.every((wait) =>
    waits
      .filter((other) => other !== wait && shares(hostOf(other.host), hostOf(wait.host)))
      .every((other) =>
        worksFor(each.transactions, hostOf(other.host))
          .filter(({ stages }) => stages.includes('prepare'))
          .every(({ id }) => isBefore(each.transactions, id, wait.id)),
      ),
  );
});

law('if all directors drain together, the plan waits no longer than the longest of them', (each) => {
  const drains = (host: HostPlan): boolean =>
    actionsOf(host).some((action) => action.do === 'run' && action.waits !== undefined);
  const apart = each.hosts.filter((host) => drains(host) && isReady(host) && host.state.drainsFirst !== true);
  return apart.length > 0 || longestDrain(each) <= 60;
});

law('the director that holds the VIPs comes after the others', (each) => {
  const { hosts, transactions } = each;
  const isHolder = ({ state }: HostPlan): boolean => state.is === 'ready' && state.holds.length > 0;
  const given = new Set(hosts.flatMap((host) => moved(host, 'remove')));
  const taken = new Set(hosts.flatMap((host) => moved(host, 'add')));
  const isPlain = (host: HostPlan): boolean => host.sends && !moved(host, 'add').some((id) => given.has(id));
  return (
    hosts
      .filter(isHolder)
      // One that gives up what another one takes has to come before that one.
      .filter((holder) => !moved(holder, 'remove').some((id) => taken.has(id)))
      .every((holder) =>
        hosts
          .filter((other) => isPlain(other) && !isHolder(other) && shares(holder, other))
          .every((other) =>
            worksFor(transactions, holder).every((last) =>
              worksFor(transactions, other)
                .filter((first) => !waitsTogether(each, first) || waitsTogether(each, last))
                .every((first) => isBefore(transactions, first.id, last.id)),
            ),
          ),
      )
  );
});

lawOfBeginning(
  'a director is never told to send to a real server that is not ready',
  (each, begun, host, before) =>
    !begun.stages.includes('prepare') ||
    needsOf(host).every((name) => {
      const server = each.hosts.find((one) => one.host === name);
      if (server === undefined) return true;
      return (
        isReady(server) &&
        worksFor(each.transactions, server)
          .filter(({ stages }) => stages.includes('prepare'))
          .every((work) => !does(server, 'prepare') || isDone(before, work))
      );
    }),
);

lawOfBeginning(
  'a real server keeps what a director may still use',
  ({ hosts, absent, transactions }, begun, host, before) =>
    host.sends ||
    !begun.stages.includes('retire') ||
    !givesUpLive(host) ||
    (hosts
      .filter((other) => other.sends && shares(other, host))
      .every(
        (other) => isReady(other) && worksFor(transactions, other).every((work) => isDone(before, work)),
      ) &&
      !(host.departed && absent.some((other) => shares(host, other)))),
);

lawOfBeginning(
  'a VIP is never on two directors',
  ({ hosts, transactions }, begun, host, before) =>
    !host.sends ||
    begun.stages.length === 0 ||
    hosts
      .filter((other) => other.sends && shares(other, host))
      .filter((other) => moved(other, 'remove').some((id) => moved(host, 'add').includes(id)))
      // A host that only calls itself a director does not hold up one that has its services already.
      .filter((other) => other.directs || !host.served)
      .every((other) => worksFor(transactions, other).every((work) => isDone(before, work))),
);

lawOfBeginning(
  'a host that has left is struck off only once it has been cleaned up',
  ({ hosts, transactions }, begun, host, before) =>
    begun.stages.length > 0 ||
    hosts
      .filter((other) => other.departed && shares(other, host))
      .every((other) => worksFor(transactions, other).every((work) => isDone(before, work))),
);

lawOfBeginning(
  'what a host begins, it begins after its earlier part was done',
  ({ transactions }, begun, host, before) =>
    begun.stages[0] !== 'retire' ||
    worksFor(transactions, host)
      .filter(({ stages }) => stages[0] === 'prepare')
      .every((work) => isDone(before, work)),
);

law('a host that fails holds up those that need it, and no others', ({ hosts, transactions }) => {
  const hostOf = new Map(transactions.map(({ id, host }) => [id, hosts.find((each) => each.host === host)!]));
  return transactions.every(({ id, stages, after }) => {
    const host = hostOf.get(id)!;
    const mayNeed = (other: HostPlan): boolean =>
      other === host ||
      (stages.length === 0 && other.departed) ||
      needsOf(host).includes(other.host) ||
      (other.sends && shares(host, other) && (host.sends || stages.includes('retire')));
    return after.every(({ transaction, requires }) => !requires || mayNeed(hostOf.get(transaction)!));
  });
});

law('a transaction is blocked for a reason only', ({ hosts, absent, transactions }) =>
  transactions.every(({ host: name, stages, blocked }) => {
    if (blocked === undefined) return true;
    const host = hosts.find((each) => each.host === name)!;
    const unready = hosts.filter((each) => !isReady(each));
    return (
      (host.sends && unready.some((each) => needsOf(host).includes(each.host))) ||
      (givesUpLive(host) &&
        stages.includes('retire') &&
        (unready.some((each) => each.sends && shares(each, host)) ||
          (!host.sends && absent.some((each) => shares(host, each)))))
    );
  }),
);
