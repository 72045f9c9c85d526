import type { Cluster, Inventory, Path } from '../../model/cluster.ts';
import { type FailoverEngine, failoverFactsOf, type FencingDevice } from '../../model/failover.ts';
import { fileWay, isSecretParam } from '../../model/fencing-secrets.ts';
import type { Mistake } from '../problem.ts';
import { eachPair } from './each.ts';
import { rawLists } from './raw-lists.ts';
import type { Rule } from './rule.ts';

/** Rules about secrets that must not be readable in an inventory, a plan or a manifest. */
export const secretRules: readonly Rule[] = [
  {
    id: 'LVS105',
    severity: 'error',
    title: 'a secret of a fencing device in clear text',
    why: 'An inventory is kept in git, a plan shows it, and every node and every backup has the CIB in clear text. So take a secret from the store, the environment or a command. lvsform writes it on the directors into a file that only root reads, and gives the agent the path: passwd_script, password_script or snmp_priv_passwd_script for fence agents, passwd_method: file for external/ipmi. With an agent that has no such parameter only cman works: its document, which only root reads, then has the secret.',
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
    title: 'a secret in clear text',
    why: 'lvsform copies directives, programs and vars as they are, so a secret in them is in the inventory, in plans, in diffs and in manifests. key: and password: take a secret from the store, the environment or a command.',
    check: (inventory) => [...directivesOf(inventory), ...varsOf(inventory)],
  },
];

/** True if not only root can read the parameters that the engine gives its devices. */
function readByOthers(engine: FailoverEngine): boolean {
  const { fences } = failoverFactsOf(engine);
  return fences === false || fences.secrets === 'files';
}

function inClear({ at, params }: FencingDevice): Mistake[] {
  return Object.keys(params)
    .filter(isSecretParam)
    .map((name) => ({
      path: [...at, 'params', name],
      message: `${name} is a secret, and is written here in clear text`,
      hint: `write ${name}: stored and run lvsform secrets set; or use { env: NAME } or { command: ... }`,
    }));
}

function withoutFile({ at, agent, secrets }: FencingDevice): Mistake[] {
  return Object.keys(secrets)
    .filter((name) => fileWay(agent, name) === undefined)
    .map((name) => ({
      path: [...at, 'params', name],
      message: `${agent} cannot read ${name} from a file: the CIB would have it in clear text`,
      hint: 'use credentials that the agent finds by itself (a credentials file, a machine role), or a resource of your own in the CIB',
    }));
}

/** `auth_pass 1234`, `passwd = "x"`, `--password=x`; not a path or the place of a secret. */
const assignment =
  /(?:^|[\s"';-])([\w-]*(?:pass(?:w(?:or)?d|phrase)?|secret|community|token|api_?key)[\w-]*)\s*(?:=|:|\s)\s*["']?([^\s"'/{]\S*)/i;

/** Every line that is copied into a document unchanged, with its place. */
function linesOf(cluster: Cluster): { text: string; path: Path }[] {
  const { at, failover, services } = cluster;
  const one = (text: string | undefined, ...path: Path): { text: string; path: Path }[] =>
    text === undefined ? [] : [{ text, path }];
  return [
    ...rawLists(cluster).flatMap((list) =>
      list.lines.map((text, index) => ({ text, path: [...list.at, index] })),
    ),
    ...one(failover?.script, ...at, 'failover', 'script'),
    ...one(failover?.notify, ...at, 'failover', 'notify'),
    ...services.flatMap(({ check }) => one(check.run, ...check.at, 'run')),
  ];
}

function directivesOf({ clusters }: Inventory): Mistake[] {
  const found = clusters.flatMap((cluster) =>
    linesOf(cluster).flatMap(({ text, path }): Mistake[] => {
      const [, name] = assignment.exec(text) ?? [];
      if (name === undefined || !isSecretParam(name.replace(/^-+/, ''))) return [];
      return [
        {
          path,
          message: `${name} is a secret, and is written here in clear text`,
          hint: 'use key: or password: with the store, or have the program read its own file',
        },
      ];
    }),
  );
  return [...new Map(found.map((each) => [JSON.stringify(each.path), each])).values()];
}

function varsOf({ hosts }: Inventory): Mistake[] {
  return hosts.flatMap(({ at, vars }) =>
    Object.entries(vars)
      .filter(([name, value]) => typeof value === 'string' && isSecretParam(name))
      .map(([name]) => ({
        path: [...at, 'vars', name],
        message: `vars.${name} is a secret, and is written in clear text`,
        hint: 'have the template name a file on the host that contains it',
      })),
  );
}
