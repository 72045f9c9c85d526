import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import type { Cluster } from '../../src/model/cluster.ts';
import { promisedSeconds } from '../../src/model/health.ts';
import { inventoryOf } from './inventories.ts';
import type { LabWorld } from './lab.ts';

/** A cluster as it is written. */
export interface Written {
  [key: string]: unknown;
  services: Record<string, unknown>[];
}

/** Every machine, network and port that the inventories with engines need. */
export const machines = {
  clusters: {
    lab: {
      mode: 'dr',
      vips: ['10.1.0.100', 'fd00:1::100', { address: '10.3.0.100', interface: 'eth1' }],
      directors: {
        lb1: { address: '10.1.0.2/24', address6: 'fd00:1::2/64' },
        lb2: { address: '10.1.0.3', address6: 'fd00:1::3/64' },
      },
      real_servers: {
        rs1: { address: '10.1.0.11', address6: 'fd00:1::11/64' },
        rs2: { address: '10.1.0.12', address6: 'fd00:1::12/64' },
        sorry: { address: '10.1.0.19', address6: 'fd00:1::19/64' },
      },
      probes: { client: { address: '10.3.0.50/24', address6: 'fd00:3::50/64' } },
      services: [80, 443, 8080].map((port) => ({ vip: '10.1.0.100', port })),
    },
  },
};

const names: Readonly<Record<string, string>> = {
  '10.1.0.11': 'rs1',
  '10.1.0.12': 'rs2',
  '10.1.0.19': 'sorry',
};

/** A cluster in the lab, and what its directors do. */
export class EngineLab {
  readonly world: LabWorld;
  readonly cluster: Written;
  /** Seconds that its engines may take beyond what is configured. */
  readonly #slack: number;
  /** A director that cannot be asked: it has no power, or hangs. */
  gone: string | undefined;

  constructor(world: LabWorld, cluster: Written, slack: number) {
    this.world = world;
    this.cluster = cluster;
    this.#slack = slack;
  }

  get model(): Cluster {
    return inventoryOf(JSON.stringify({ name: 'story', clusters: { web: this.cluster } })).clusters[0]!;
  }

  get vip(): string {
    return this.model.vips[0]!.address;
  }

  get url(): string {
    return `http://${this.vip}/`;
  }

  get directors(): string[] {
    return this.model.directors.map(({ name }) => name);
  }

  /** Seconds within which a dead real server is promised to be out. */
  get promised(): number {
    return promisedSeconds(this.model.services[0]!.check, this.model.health.engine);
  }

  /** Every real server with its weight, as the table is to have it; `out` are those that do not answer. */
  wanted(out: readonly string[] = []): Record<string, number> {
    const { destinations, sorry } = this.model.services[0]!;
    const { quiesce } = this.model.health;
    const answering = destinations
      .filter(({ server }) => quiesce || !out.includes(server))
      .map(({ server, weight }) => [server, out.includes(server) ? 0 : weight] as const);
    const idle = destinations.every(({ server }) => out.includes(server));
    return Object.fromEntries(idle && sorry !== undefined ? [...answering, [sorry.server, 1]] : answering);
  }

  async write(): Promise<void> {
    await this.world.write({ clusters: { web: this.cluster } });
  }

  /** The directors that hold the VIP. */
  async holders(): Promise<string[]> {
    const ask = `ip -o addr show | grep -v ' lo ' | grep -c ' ${this.vip}/' || true`;
    const held = await Promise.all(
      this.directors.map((host) =>
        host === this.gone ? Promise.resolve('0') : this.world.on(host, ask).catch(() => '0'),
      ),
    );
    return this.directors.filter((_, index) => held[index]!.trim() !== '0');
  }

  /** The one director that holds the VIP, and goes on holding it. */
  async settled(): Promise<string> {
    let since = 0;
    let who = '';
    await this.world.until('one director holds the VIP', this.#slack + 60, async () => {
      const now = await this.holders();
      if (now.length !== 1 || now[0] !== who) since = Date.now();
      who = now.length === 1 ? now[0]! : '';
      return (who !== '' && Date.now() - since > 3000) || now.join(' and ');
    });
    return who;
  }

  /** Waits until nothing has gone unanswered for ten seconds: engines that found one another again may restart things. */
  async answers(): Promise<void> {
    const ask = `begun=$(date +%s); while [ $(($(date +%s) - begun)) -lt 10 ]; do curl -s -m 1 -o /dev/null ${this.url} || exit 0; done; echo well`;
    await this.world.until('every request is answered for ten seconds', this.#slack + 60, async () => {
      const said = await this.world.on('client', ask);
      return said.trim() === 'well' || 'a request went unanswered';
    });
  }

  /** The first service's real servers and weights, in a director's table. */
  async table(host: string): Promise<Record<string, number>> {
    const saved = await this.world.on(host, 'ipvsadm -Sn');
    const found = [...saved.matchAll(/-a -t (\S+):80 -r ([\d.]+):\d+ .*-w (\d+)/g)];
    return Object.fromEntries(
      found
        .filter(([, vip]) => vip === this.vip)
        .map(([, , address, weight]) => [names[address!] ?? address!, Number(weight)]),
    );
  }

  /** Waits until the table of the director that holds the VIP is this one; the seconds that it took. */
  async untilTable(what: string, wanted: Record<string, number>, within: number): Promise<number> {
    const begun = Date.now();
    const sorted = (table: Record<string, number>): string =>
      JSON.stringify(Object.entries(table).toSorted(([a], [b]) => a.localeCompare(b)));
    await this.world.until(what, within + this.#slack, async () => {
      const [host] = await this.holders();
      if (host === undefined) return 'nobody holds the VIP';
      const now = await this.table(host);
      return sorted(now) === sorted(wanted) || sorted(now);
    });
    return (Date.now() - begun) / 1000;
  }

  async web(verb: 'start' | 'stop', ...hosts: readonly string[]): Promise<void> {
    await Promise.all(hosts.map((host) => this.world.on(host, `systemctl ${verb} lab-web`)));
  }

  /** Four connections that last about half a minute each: what became of them. */
  downloads(): Promise<string[]> {
    const downloads = this.#downloads();
    // Whoever fails before it asks what became of them has said what is wrong already.
    downloads.catch(() => {});
    return downloads;
  }

  async #downloads(): Promise<string[]> {
    const request = `curl -s -m 200 -o /dev/null -w '%{http_code} %{size_download} %{errormsg}\\n' ${this.url}slow`;
    const output = await this.world.on('client', `for i in 1 2 3 4; do ${request} & done; wait`);
    return output.split('\n').flatMap((text) => text.trim() || []);
  }

  /** True once a director's table has the four downloads, by the client's ports. */
  async knows(host: string): Promise<boolean | string> {
    const open = await this.world.on('client', `ss -Htn state established dst ${this.vip}`);
    const ports = [...open.matchAll(/:(\d+) +\S+:80\b/g)].map(([, port]) => port!);
    const known = await this.world.on(host, 'ipvsadm -Lnc | grep ESTABLISHED || true');
    const missing = ports.filter((port) => !known.includes(`:${port} `));
    return (ports.length === 4 && missing.length === 0) || `${ports.join()} without ${missing.join()}`;
  }
}

/** A cluster of one of the inventories that the repository shows. */
export function shownCluster(name: string, cluster = 'web'): Written {
  const path = new URL(`../../../inventories/${name}/cluster.yaml`, import.meta.url);
  const { clusters } = load(readFileSync(fileURLToPath(path), 'utf8')) as {
    clusters: Record<string, Written>;
  };
  return clusters[cluster]!;
}

export const whole = Array.from({ length: 4 }, () => '200 65536');
