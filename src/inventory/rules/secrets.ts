import type { Cluster, Inventory, Path } from '../../model/cluster.ts';
import { type FailoverEngine, failoverFactsOf, type FencingDevice } from '../../model/failover.ts';
import { fileWay, isSecretParam } from '../../model/fencing-secrets.ts';
import type { Finding } from '../problem.ts';
import { eachPair } from './failover.ts';
import type { Rule } from './rule.ts';

/** Rules about what must not be read in an inventory, a plan or a manifest. */
export const secretRules: readonly Rule[] = [
  {
    id: 'LVS105',
    severity: 'error',
    title: 'a secret of a fencing device in clear',
    why: 'An inventory is kept in git; a plan shows what is in it, and what the CIB has, every node and every backup has in clear. A secret comes from the store, the environment or a command. It goes to the directors into a file of root’s own, of which the device is told the path: fence agents by passwd_script, password_script and snmp_priv_passwd_script, external/ipmi by passwd_method: file. cman’s document, which only root reads, has it where an agent has no such way.',
    check: (inventory) =>
      eachPair(inventory, ({ failover: { engine, fencing } }) =>
        fencing.flatMap((device) => [
          ...inClear(device),
          ...(readByOthers(engine) ? withoutFile(device) : []),
        ]),
      ),
  },
  {
    id: 'LVS106',
    severity: 'warning',
    title: 'a secret in clear',
    why: 'Lines of the engine’s own, programs and vars are written as they are: what is secret in them stands in the inventory, in plans, in diffs and in manifests. key: and password: take a secret from the store, the environment or a command.',
    check: (inventory) => [...directivesOf(inventory), ...varsOf(inventory)],
  },
];

/** True where not only root reads what the engine tells its devices. */
function readByOthers(engine: FailoverEngine): boolean {
  const { fences } = failoverFactsOf(engine);
  return fences === false || fences.secrets === 'files';
}

function inClear({ at, params }: FencingDevice): Finding[] {
  return Object.keys(params)
    .filter(isSecretParam)
    .map((name) => ({
      path: [...at, 'params', name],
      message: `${name} is a secret, and stands here in clear`,
      hint: `write ${name}: stored, and give it to lvsform secrets set; or { env: NAME }, or { command: ... }`,
    }));
}

function withoutFile({ at, agent, secrets }: FencingDevice): Finding[] {
  return Object.keys(secrets)
    .filter((name) => fileWay(agent, name) === undefined)
    .map((name) => ({
      path: [...at, 'params', name],
      message: `${agent} takes ${name} from no file: it would stand in the CIB in clear`,
      hint: 'use what the agent finds by itself (a file of credentials, a role of the machine), or a resource of your own in the CIB',
    }));
}

/** `auth_pass 1234`, `passwd = "x"`, `--password=x`; a path or a secret's own mark is none. */
const assignment =
  /(?:^|[\s"';-])([\w-]*(?:pass(?:w(?:or)?d|phrase)?|secret|community|token|api_?key)[\w-]*)\s*(?:=|:|\s)\s*["']?([^\s"'/{]\S*)/i;

/** Every line that is written as it is, with its place. */
function linesOf({ at, health, failover, services }: Cluster): { text: string; path: Path }[] {
  const of = (lines: readonly string[], ...path: Path): { text: string; path: Path }[] =>
    lines.map((text, index) => ({ text, path: [...path, index] }));
  const one = (text: string | undefined, ...path: Path): { text: string; path: Path }[] =>
    text === undefined ? [] : [{ text, path }];
  return [
    ...of(health.directives.global, ...health.at, 'directives', 'global'),
    ...of(health.directives.service, ...health.at, 'directives', 'service'),
    ...(failover === undefined
      ? []
      : [
          ...of(failover.directives.global, ...at, 'failover', 'directives', 'global'),
          ...of(failover.directives.instance, ...at, 'failover', 'directives', 'instance'),
          ...one(failover.script, ...at, 'failover', 'script'),
          ...one(failover.notify, ...at, 'failover', 'notify'),
        ]),
    ...services.flatMap(({ check }) => [
      ...of(check.directives, ...check.at, 'directives'),
      ...one(check.run, ...check.at, 'run'),
    ]),
  ];
}

function directivesOf({ clusters }: Inventory): Finding[] {
  const found = clusters.flatMap((cluster) =>
    linesOf(cluster).flatMap(({ text, path }): Finding[] => {
      const [, name] = assignment.exec(text) ?? [];
      if (name === undefined || !isSecretParam(name.replace(/^-+/, ''))) return [];
      return [
        {
          path,
          message: `${name} is a secret, and stands here in clear`,
          hint: 'use key: or password: with the store, or let the program read a file of its own',
        },
      ];
    }),
  );
  return [...new Map(found.map((each) => [JSON.stringify(each.path), each])).values()];
}

function varsOf({ hosts }: Inventory): Finding[] {
  return hosts.flatMap(({ at, vars }) =>
    Object.entries(vars)
      .filter(([name, value]) => typeof value === 'string' && isSecretParam(name))
      .map(([name]) => ({
        path: [...at, 'vars', name],
        message: `vars.${name} is a secret, and stands in clear`,
        hint: 'let the template name a file on the host that has it',
      })),
  );
}
