import { applyPlan } from '../src/apply/run.ts';
import { systemClock } from '../src/cli/hosts.ts';
import { readTemplates } from '../src/disk/templates.ts';
import type { Inventory } from '../src/model/cluster.ts';
import { makePlan, type PlanRequest } from '../src/plan/make.ts';
import { hasChanges } from '../src/plan/plan.ts';
import { everything } from '../src/plan/policy.ts';
import { renderer } from '../src/render/templates.ts';
import { SshHosts } from '../src/ssh/hosts.ts';
import { sshRoutes } from '../src/ssh/settings/routes.ts';
import { parallelism } from './openssh.ts';

const render = renderer(await readTemplates());

export interface Cost {
  /** Seconds. */
  readonly wall: number;
  /** Seconds of this process. */
  readonly cpu: number;
  /** Bytes by which the process grew. */
  readonly memory: number;
}

/** lvsform in a process that runs already: what is left of a command without its start. Every result is checked. */
export class Client {
  readonly #inventory: Inventory;
  readonly #config: string;

  constructor(inventory: Inventory, config: string) {
    this.#inventory = inventory;
    this.#config = config;
  }

  /** A plan in which there must be nothing to do. */
  plan(): Promise<Cost> {
    return this.#session(async (hosts) => {
      const plan = await makePlan(requestFor(this.#inventory, false), surroundings(hosts));
      if (hasChanges(plan)) throw new Error('there should be nothing to do');
    });
  }

  /** Plan and apply, after which every host must have changed. */
  apply(): Promise<Cost> {
    return this.#session(async (hosts) => {
      const plan = await makePlan(requestFor(this.#inventory, true), surroundings(hosts));
      const holder = { who: 'bench', since: 'now', why: 'bench' };
      const results = await applyPlan(plan, holder, parallelism, surroundings(hosts));
      const wrong = results.find(({ outcome }) => outcome !== 'changed');
      if (wrong !== undefined) throw new Error(JSON.stringify(wrong));
    });
  }

  async #session(work: (hosts: SshHosts) => Promise<void>): Promise<Cost> {
    globalThis.gc?.();
    const memory = process.memoryUsage().rss;
    const cpu = process.cpuUsage();
    const start = performance.now();
    const limits = { connectTimeout: 30_000, silence: 600_000 };
    const routes = await sshRoutes({ ...limits, config: this.#config });
    const hosts = new SshHosts(routes, limits, () => Promise.reject(new Error('no password')));
    await work(hosts);
    const wall = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const grown = process.memoryUsage().rss - memory;
    hosts.close();
    return { wall, cpu: (user + system) / 1e6, memory: grown };
  }
}

/** A plan of all hosts of an inventory. */
export function requestFor(inventory: Inventory, keep: boolean): PlanRequest {
  return {
    inventory,
    path: 'bench',
    render,
    selection: { limit: [], exclude: [] },
    destroy: false,
    keep,
    forget: [],
    policy: everything,
    batches: [],
    parallelism,
  };
}

const surroundings = (hosts: SshHosts): { hosts: SshHosts; clock: typeof systemClock; emit: () => void } => ({
  hosts,
  clock: systemClock,
  emit: () => {},
});
