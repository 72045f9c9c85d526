import { linesOf } from '../shell/answer.ts';
import type { Family } from '../model/family.ts';
import { line, type Command } from '../shell/quote.ts';
import type { Action, Detail, Kind } from './kind.ts';
import { orders, placeOf, run } from './orders.ts';
import { unitShape } from './unit-shape.ts';

/** A service of the init system: a systemd unit, or a sysvinit script under chkconfig. */
export interface UnitResource {
  readonly kind: 'unit';
  /** Its name without `.service`. */
  readonly name: string;
  readonly enabled: boolean;
  /** `managed`: a cluster manager starts and stops it, not the init system. */
  readonly running: boolean | 'managed';
  /** The command after which a managed service that runs has read its files again. */
  readonly again?: Command;
  /** True if a package installs it; on Debian that also starts it at once, before our files are there. */
  readonly packaged?: true;
  /** True if it makes resources that lvsform or another engine takes over: it is stopped before that. */
  readonly owns?: true;
  /** True for a script of ours: the plan removes what the script would take down before it stops the script. */
  readonly boots?: true;
  /** A command that succeeds once the daemon does its work. */
  readonly ready?: Command;
  /** Files that the running daemon must read again when they change, and how. */
  readonly watches: readonly { readonly path: string; readonly action: 'restart' | 'reload' }[];
}

export interface ObservedUnit {
  readonly known: boolean;
  readonly enabled: boolean;
  readonly running: boolean;
}

export const unitKind: Kind<UnitResource, ObservedUnit> = {
  kind: 'unit',
  // A cluster manager that moves its resources away may take half an hour to stop (TimeoutStopSec of pacemaker).
  limit: 2400,
  shape: unitShape,
  key: ({ name }) => name,

  probe: (units, family) => {
    const names = units.map(({ name }) => name);
    if (family === 'rhel6') return line(['show_scripts', ...names]);
    const properties = ['Id', 'LoadState', 'ActiveState', 'UnitFileState'].flatMap((each) => ['-p', each]);
    return `${line(['systemctl', 'show', ...properties, ...names.map((name) => `${name}.service`)])} 2>/dev/null`;
  },

  // systemctl answers in the order of the question. An alias answers with its own Id, so only the order counts.
  parse: (answer, units) => {
    const blocks = (answer.section('unit') ?? '')
      .split(/\n\s*\n/)
      .map(
        (block) =>
          new Map(linesOf(block).map((text) => [text.split('=')[0]!, text.slice(text.indexOf('=') + 1)])),
      )
      .filter((block) => block.size > 0);
    const byName = new Map(blocks.map((block) => [block.get('Id'), block] as const));
    return units.map(({ name }, index) => {
      const block =
        byName.get(`${name}.service`) ?? (blocks.length === units.length ? blocks[index] : undefined);
      const state = block?.get('ActiveState') ?? 'inactive';
      return {
        known: block?.get('LoadState') === 'loaded',
        // enabled-runtime lasts only until the next boot.
        enabled: block?.get('UnitFileState') === 'enabled',
        running: state === 'active' || state === 'activating' || state === 'reloading',
      };
    });
  },

  compare: (wanted, found, { family, retiring, changedFiles, changesHands }) => {
    const { name, enabled, ready } = wanted;
    const control = controls[family === 'rhel6' ? 'sysv' : 'systemd'];
    const details: Detail[] = [];
    const actions: Action[] = [];
    const interrupts: string[] = [];
    // The package will have enabled and started the service before this change: that is undone, or done again.
    const arrives = wanted.packaged === true && !found.known && !retiring;
    const running = wanted.running === 'managed' ? false : wanted.running;
    const observed = arrives ? { known: false, enabled: !enabled, running: !running } : found;
    const leaves = wanted.owns === true || wanted.boots === true;
    const stops = wanted.running === false && observed.running && !arrives && leaves;
    const at = placeFor(wanted, retiring || stops, changesHands);
    if (retiring && !observed.known) return {};
    if (enabled !== observed.enabled) {
      details.push({ verb: 'change', text: enabled ? 'starts at boot' : 'no longer starts at boot' });
      // If its unit file changes, systemd reloads right afterwards anyway.
      const reloads = changedFiles.has(`/etc/systemd/system/${name}.service`);
      actions.push(
        run(
          reloads && !retiring ? { stage: 'prepare', of: 'enable' } : at,
          `${enabled ? 'enable' : 'disable'} ${name}`,
          [control.enable(name, enabled, reloads)],
          arrives ? [] : [control.enable(name, !enabled, false)],
        ),
      );
    }
    const touched = wanted.watches.filter(({ path }) => changedFiles.has(path));
    const changed =
      wanted.running === 'managed' ? !arrives && touched : running && observed.running && touched;
    if (running !== observed.running) {
      const verb = running ? (arrives ? 'restart' : 'start') : 'stop';
      details.push({ verb: 'change', text: running ? 'start it' : 'stop it' });
      actions.push(
        run(
          at,
          `${verb} ${name}`,
          [control.act(name, verb), ...(running ? awaited(ready) : [])],
          arrives ? [] : [control.act(name, running ? 'stop' : 'start')],
        ),
      );
    } else if (changed && changed.length > 0) {
      const verb = changed.some(({ action }) => action === 'restart') ? 'restart' : 'reload';
      details.push({ verb: 'change', text: `${verb}: ${changed.map(({ path }) => path).join(', ')}` });
      const command = wanted.again ?? control.act(name, verb);
      const action = run(at, `${verb} ${name}`, [command, ...awaited(ready)]);
      actions.push({ ...action, afterUndo: [command] });
      interrupts.push(`${name} ${verb}s`);
    }
    if (actions.length === 0) return {};
    return {
      change: {
        id: `unit:${name}`,
        verb: observed.known || retiring ? 'change' : 'add',
        title: `service ${name}`,
        details,
        actions,
        interrupts,
      },
    };
  },

  restore: (managed, before) => {
    const { kind, name, owns } = managed;
    const { enabled, running } = before.known ? before : { enabled: false, running: false };
    return { kind, name, enabled, running, watches: [], ...(owns === true ? { owns } : {}) };
  },
};

/** A service that owns something is stopped before that is removed, or before another engine makes it. */
function placeFor(
  { owns }: UnitResource,
  retiring: boolean,
  changesHands: boolean,
): Parameters<typeof run>[0] {
  if (!retiring || owns !== true) return placeOf(retiring, 'unit');
  return changesHands ? { stage: 'prepare', of: 'daemon' } : { stage: 'retire', of: 'daemon' };
}

/** Seconds that a daemon may take until it does its work. */
const patience = 120;

function awaited(ready: Command | undefined): Command[] {
  return ready === undefined ? [] : [['within', String(patience), ...ready]];
}

interface Control {
  /** `reloads`: another change makes systemd reload its units afterwards. */
  readonly enable: (name: string, enabled: boolean, reloads: boolean) => Command;
  readonly act: (name: string, verb: 'start' | 'stop' | 'restart' | 'reload') => Command;
}

const controls: Record<'systemd' | 'sysv', Control> = {
  systemd: {
    enable: (name, enabled, reloads) => {
      const options = reloads ? ['-q', '--no-reload'] : ['-q'];
      return ['systemctl', ...options, enabled ? 'enable' : 'disable', `${name}.service`];
    },
    act: (name, verb) => ['unit_act', verb, `${name}.service`],
  },
  sysv: {
    enable: (name, enabled) => (enabled ? ['chkconfig_on', name] : ['chkconfig', name, 'off']),
    act: (name, verb) => ['service', name, verb],
  },
};

/** The action that makes systemd reload its units before the next action. */
export function reloadAction(family: Family, retiring: boolean): Action | undefined {
  if (family === 'rhel6') return undefined;
  const order = retiring ? orders.retire.reload : orders.prepare.reload;
  const reload: Command = ['systemctl', 'daemon-reload'];
  return {
    do: 'run',
    stage: retiring ? 'retire' : 'prepare',
    order,
    title: 'systemctl daemon-reload',
    commands: [reload],
    undo: [],
    afterUndo: [reload],
    needs: [],
  };
}

export function isUnitFile(path: string): boolean {
  return path.startsWith('/etc/systemd/system/');
}
