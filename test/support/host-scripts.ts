import { transactionScript } from '../../src/apply/transaction.ts';
import { withSshKeys } from '../../src/disk/ssh-key.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import type { Host, Inventory } from '../../src/model/cluster.ts';
import type { Family } from '../../src/model/family.ts';
import { Secret } from '../../src/model/secret.ts';
import { secretNeeds } from '../../src/model/secret-needs.ts';
import { makePlan } from '../../src/plan/make.ts';
import { everything } from '../../src/plan/policy.ts';
import type { Hosts } from '../../src/port.ts';
import { renderer } from '../../src/render/templates.ts';

const render = renderer(await readTemplates());

/** A script that the product sends, before its functions are added. */
export interface SentScript {
  readonly what: string;
  readonly script: string;
}

/**
 * What the product sends to blank hosts of one family to make an inventory's clusters: what reads them, and every
 * transaction of the plan.
 */
export async function scriptsFor(inventory: Inventory, family: Family): Promise<SentScript[]> {
  const sent: SentScript[] = [];
  const hosts: Hosts = {
    run: async ({ name }, script) => {
      sent.push({ what: `${name}: read`, script });
      return blankAnswer(
        inventory.hosts.find((host) => host.name === name)!,
        family,
        script,
      );
    },
    runAnew: () => Promise.reject(new Error('nothing is applied here')),
    wayTo: () => undefined,
    release: () => {},
  };
  const needs = secretNeeds(inventory);
  const secrets = withSshKeys(needs, new Map(needs.map(({ name }) => [name, new Secret('s'.repeat(64))])));
  let count = 0;
  const clock = {
    now: () => new Date(0),
    random: () => (count += 1).toString(16).padStart(32, 'f'),
    sleep: () => Promise.resolve(),
  };
  const plan = await makePlan(
    {
      inventory,
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
    },
    { hosts, clock, emit: () => {}, secrets },
  );
  for (const { id, host, stages } of plan.transactions) {
    const state = plan.hosts.find((each) => each.host === host)!.state;
    if (state.is !== 'ready') continue;
    const holder = { who: 'test@here', since: '2026-01-01T00:00:00Z', why: 'a test' };
    const context = { planId: plan.id, holder, confirmSeconds: 30, secrets };
    sent.push({ what: id, script: transactionScript(state, stages, state.fingerprint, context) });
  }
  return sent;
}

/** What a host answers that has its interfaces, its addresses and kernel parameters, and nothing else. */
function blankAnswer({ name, ...host }: Host, family: Family, script: string): string {
  const addresses = [`${host.address}/${host.prefix ?? 24}`, `${host.address6 ?? '::1'}/64`];
  const sections = {
    facts: `family=${family}\nnode=${name}\nuid=0\nclock=0\n`,
    state: '',
    machine: `${Buffer.from(name).toString('hex').padStart(32, '0')}\n`,
    manifest: '',
    address: addresses
      .map((cidr) => `2: ${host.interface} ${cidr.includes(':') ? 'inet6' : 'inet'} ${cidr} scope global\n`)
      .join(''),
    interfaces: 'lo\neth0\neth1\neth2\n',
    sysctl: [...new Set(script.match(/proc\/sys\/[\w./-]+/g))].map((path) => `${path}:7\n`).join(''),
    'packet-filter': 'nft\n',
    'node-name': `${name}\n`,
    end: '',
  };
  const frame = /^begin (\w+)$/m.exec(script)![1]!;
  return Object.entries(sections)
    .map(([head, body]) => `\n@${frame} ${head}\n${body}`)
    .join('');
}

/** The functions that a script calls, by a reading of its lines that is not the library's. */
export function calledIn(script: string, names: ReadonlySet<string>): string[] {
  const calls = script.matchAll(
    /(?<=(?:^|[;&|({!]|set_back '[^']*'|\b(?:then|do|else|elif|if|while|until|\d+|ensure|absent|last_member|unrefused|filtered_by \w+|copied \S+)\b)[ \t]*)\w+(?=[ \n;)]|$)/gm,
  );
  return [...calls].flatMap(([word]) => (names.has(word) ? [word] : []));
}
