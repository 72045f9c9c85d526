import { everything } from '../src/plan/policy.ts';
import { applyPlan } from '../src/apply/run.ts';
import { readTemplates } from '../src/disk/templates.ts';
import { makePlan } from '../src/plan/make.ts';
import { hasChanges, type Plan } from '../src/plan/plan.ts';
import type { Clock } from '../src/port.ts';
import type { Inventory } from '../src/model/cluster.ts';
import { renderer } from '../src/render/templates.ts';
import { SshHosts } from '../src/ssh/hosts.ts';
import type { Route } from '../src/ssh/settings.ts';
import { systemClock } from '../src/cli/hosts.ts';

const render = renderer(await readTemplates());
const clock: Clock = systemClock;

export interface Cost {
  /** Seconds. */
  readonly wall: number;
  /** Seconds of this process. */
  readonly cpu: number;
  /** Bytes by which the process grew. */
  readonly memory: number;
}

/** What a plan and an apply cost against hosts that are there; every result is checked. */
export class Client {
  readonly #inventory: Inventory;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #parallelism: number;

  constructor(inventory: Inventory, routes: ReadonlyMap<string, Route>, parallelism = 50) {
    this.#inventory = inventory;
    this.#routes = routes;
    this.#parallelism = parallelism;
  }

  /** A plan in which there must be nothing to do. */
  async plan(): Promise<Cost> {
    return this.#session(async (hosts) => {
      const plan = await this.#make(hosts);
      if (hasChanges(plan)) throw new Error('there should be nothing to do');
    });
  }

  /** Plan and apply, after which every host must have changed. */
  async apply(): Promise<Cost> {
    return this.#session(async (hosts) => {
      const plan = await this.#make(hosts);
      const holder = { who: 'bench', since: 'now', why: 'bench' };
      const results = await applyPlan(plan, holder, this.#parallelism, { hosts, clock, emit: () => {} });
      const wrong = results.find(({ outcome }) => outcome !== 'changed');
      if (wrong !== undefined) throw new Error(JSON.stringify(wrong));
    });
  }

  #make(hosts: SshHosts): Promise<Plan> {
    const request = {
      inventory: this.#inventory,
      path: 'bench',
      render,
      selection: { limit: [], exclude: [] },
      destroy: false,
      keep: true,
      forget: [],
      policy: everything,
      batches: [],
      parallelism: this.#parallelism,
    };
    return makePlan(request, { hosts, clock, emit: () => {} });
  }

  async #session(work: (hosts: SshHosts) => Promise<void>): Promise<Cost> {
    const hosts = new SshHosts(
      ({ name }) => this.#routes.get(name)!,
      { connectTimeout: 30_000, silence: 120_000 },
      () => Promise.reject(new Error('no password')),
    );
    globalThis.gc?.();
    const memory = process.memoryUsage().rss;
    const cpu = process.cpuUsage();
    const start = performance.now();
    await work(hosts);
    const wall = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const grown = process.memoryUsage().rss - memory;
    hosts.close();
    return { wall, cpu: (user + system) / 1e6, memory: grown };
  }
}
