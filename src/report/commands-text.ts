import { type Step, stepsOf } from '../apply/steps.ts';
import { shownText } from '../model/secret.ts';
import { digest } from '../net/digest.ts';
import { type HostPlan, isReady, type Plan, type Transaction } from '../plan/plan.ts';
import type { Action, RunAction } from '../resources/kind.ts';
import { type Command, line } from '../shell/quote.ts';
import { visible, visibleLine } from '../text/clean.ts';
import { plural } from './problems.ts';
import type { Style } from './style.ts';

/**
 * Everything that apply would do: the hosts to which it connects, and each command and file of each transaction, in order.
 * Two plans that do different things differ here, whatever their titles say.
 */
export function commandsText(plan: Plan, style: Style): string {
  const hosts = new Map(plan.hosts.map((host) => [host.host, host] as const));
  const transactions = plan.transactions.map((each) => transactionText(each, hosts.get(each.host), style));
  const secrets = plan.secrets.map(({ name }) => visibleLine(name)).join(', ');
  return [
    style.bold('What apply connects to'),
    ...plan.hosts.map((host) => `  ${reachText(host)}`),
    `  secrets: ${secrets === '' ? 'none' : `${secrets}; their sources come from the inventory, not from the plan`}`,
    '',
    ...transactions,
    `${style.bold('All of the plan')}: sha256 ${digest(JSON.stringify(plan))}`,
    '',
  ].join('\n');
}

function reachText({ host, ssh, state }: HostPlan): string {
  const { user, port, identity, sudo } = ssh;
  const ways = [
    ...(user === undefined ? [] : [`user ${user}`]),
    ...(port === undefined ? [] : [`port ${port}`]),
    ...(identity === undefined ? [] : [`key ${identity}`]),
    ...(sudo ? ['sudo'] : []),
  ];
  const read =
    state.is === 'ready'
      ? `; reads ${plural(state.resources.length, 'resource')}, sha256 ${digest(JSON.stringify(state.resources))}; manifest ${state.manifest === undefined ? 'removed' : `sha256 ${digest(JSON.stringify(state.manifest))}`}`
      : '';
  return visibleLine(`${host}: ${[ssh.host, ...ways].join(', ')}${read}`);
}

function transactionText(transaction: Transaction, host: HostPlan | undefined, style: Style): string {
  const { id, stages, after, blocked, batch } = transaction;
  const waits = after.map(({ transaction: other, requires }) => `${other}${requires ? ' (needed)' : ''}`);
  const more = [
    `on ${transaction.host}`,
    ...(stages.length === 0 ? ['manifest only'] : [stages.join(' and ')]),
    ...(waits.length > 0 ? [`after ${waits.join(', ')}`] : []),
    ...(batch === undefined ? [] : [`batch ${batch.number + 1} of ${batch.of}`]),
    ...(blocked === undefined ? [] : [`will not start: ${blocked}`]),
  ];
  const head = `${style.bold(visibleLine(id))}: ${visibleLine(more.join('; '))}\n`;
  if (host === undefined || !isReady(host)) return `${head}  nothing: the host was not read\n`;
  return (
    head +
    stepsOf(host.state, stages)
      .map((step, index) => stepText(step, index, style))
      .join('')
  );
}

function stepText({ title, actions }: Step, index: number, style: Style): string {
  const lines = actions
    .flatMap(actionLines)
    .map((text) => `      ${visible(text).replaceAll('\n', '\n        ')}\n`);
  return `  ${style.dim(`${index + 1}. ${visibleLine(title)}`)}\n${lines.join('')}`;
}

function actionLines(action: Action): string[] {
  switch (action.do) {
    case 'run':
      return runLines(action);
    case 'write': {
      const { path, mode, owner, group, check, keepOriginal } = action;
      const content = shownText(action.content);
      const kept = keepOriginal ? ', keeps what was there before' : '';
      return [
        `write ${path} ${mode} ${owner}:${group}, ${content.length} characters, sha256 ${digest(content)}${kept}`,
        ...(check === undefined ? [] : [`  check: ${line(check)}`]),
      ];
    }
    case 'restore':
      return [`restore ${action.path} as it was before lvsform`];
    case 'remove':
      return [`remove ${action.path}`];
  }
}

function runLines({ commands, undo, afterUndo, needs, risky, joins }: RunAction): string[] {
  const shown = (command: Command): string =>
    joins === undefined
      ? line(command)
      : [line(command.slice(0, joins)), ...command.slice(joins).map((word) => line([word]))].join('\n    ');
  return [
    ...(needs.length > 0 ? [`needs ${needs.join(', ')}`] : []),
    ...commands.map((command) => `$ ${shown(command)}`),
    ...(risky === true ? ['undone unless lvsform reaches the host over a new connection'] : []),
    ...undo.map((command) => `  undo: ${shown(command)}`),
    ...afterUndo.map((command) => `  after the undo: ${line(command)}`),
  ];
}
