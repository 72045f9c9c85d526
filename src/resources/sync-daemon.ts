import { z } from 'zod';
import { linesOf } from '../shell/answer.ts';
import type { Command } from '../shell/quote.ts';
import type { Kind } from './kind.ts';
import { placeOf, run } from './orders.ts';
import { anAddress, aCount, aDevice, type Fields, maybe, aPort, type Shape, aWord } from './shape.ts';

export interface SyncSettings {
  readonly interface: string;
  readonly id: number;
  readonly group: string;
  readonly port: number;
  readonly ttl: number;
  /** Bytes of a message; undefined for as many as the interface's MTU allows. */
  readonly maxLength: number | undefined;
}

/** A kernel thread that sends connections to other directors, or receives theirs (ipvsadm --start-daemon). */
export interface SyncDaemonResource extends SyncSettings {
  readonly kind: 'sync-daemon';
  readonly state: 'master' | 'backup';
  /** floating: an engine starts and stops it, as the VIPs move. */
  readonly want: 'present' | 'absent' | 'floating';
}

export interface ObservedSyncDaemon {
  /** The words of `ipvsadm -L --daemon` with their values; an older ipvsadm prints only mcast and syncid. */
  readonly has: Readonly<Record<string, string>> | undefined;
}

/** The kernel's defaults (ip_vs_sync.c). */
const kernelSync = { group: '224.0.0.81', port: 8848, ttl: 1 } as const;

/** True if the daemon's numbers are numbers. */
function isTold(has: Readonly<Record<string, string>>): boolean {
  return ['syncid', 'port', 'ttl', 'maxlen'].every((key) => /^\d{1,10}$/.test(has[key] ?? '0'));
}

const shape: Shape<SyncDaemonResource, ObservedSyncDaemon> = {
  resource: z.strictObject({
    kind: z.literal('sync-daemon'),
    interface: aDevice,
    id: aCount,
    group: anAddress,
    port: aPort,
    ttl: aCount,
    maxLength: maybe(aCount),
    state: z.enum(['master', 'backup']),
    want: z.enum(['present', 'absent', 'floating']),
  } satisfies Fields<SyncDaemonResource>),
  before: z.strictObject({
    has: maybe(z.record(z.string(), aWord).refine(isTold, 'expected the settings of a daemon')),
  } satisfies Fields<ObservedSyncDaemon>),
};

export const syncDaemonKind: Kind<SyncDaemonResource, ObservedSyncDaemon> = {
  kind: 'sync-daemon',
  shape,
  key: ({ state }) => state,

  probe: () => 'if has_table; then ipvsadm -Ln --daemon; fi',

  parse: (answer, daemons) => {
    const running = new Map(
      linesOf(answer.section('sync-daemon')).flatMap((text) => {
        const found = /^(master|backup) sync daemon \((.*)\)/.exec(text.trim());
        if (found === null) return [];
        const words = found[2]!.split(', ').flatMap((each) => {
          const [word, value] = each.split('=');
          return word === undefined || value === undefined ? [] : [[word, value] as const];
        });
        return [[found[1]!, Object.fromEntries(words)] as const];
      }),
    );
    return daemons.map(({ state }) => ({ has: running.get(state) }));
  },

  compare: (wanted, found, { retiring, fromEngine }) => {
    const { state, want } = wanted;
    if (want === 'floating') return {};
    const has = fromEngine ? undefined : found.has;
    const id = `sync-daemon:${state}`;
    const title = `sync daemon ${state} (${wanted.interface}, id ${wanted.id})`;
    const place = placeOf(retiring, 'sync');
    const start = ['ensure', ...startWords(wanted)];
    if (want === 'absent') {
      if (has === undefined && !fromEngine) return {};
      const action = run(place, `stop ${title}`, [stop(wanted)], fromEngine ? [] : [start]);
      const named = fromEngine ? `${title}, if its engine has left it` : title;
      return { change: { id, verb: 'remove', title: named, details: [], actions: [action], interrupts: [] } };
    }
    const differs = has === undefined ? [] : differences(wanted, has);
    if (has !== undefined && differs.length === 0) return {};
    const undo =
      has === undefined
        ? [stop(wanted)]
        : [stop(wanted), ['ensure', ...startWords({ ...wanted, ...settingsOf(has) })]];
    return {
      change: {
        id,
        verb: has === undefined ? 'add' : 'change',
        title,
        details: differs.map((text) => ({ verb: 'change' as const, text })),
        actions: [run(place, `start ${title}`, has === undefined ? [start] : [stop(wanted), start], undo)],
        interrupts: [],
      },
    };
  },

  restore: (managed, { has }) =>
    has === undefined ? { ...managed, want: 'absent' } : { ...managed, ...settingsOf(has), want: 'present' },

  boot: (daemon) => {
    if (daemon.want !== 'present') return undefined;
    const settings = Object.entries(wordsOf(daemon)).map(([word, value]) => `${word}=${value}`);
    return {
      of: 'sync',
      up: [['ensure', ...startWords(daemon)]],
      down: [stop(daemon)],
      isUp: ['has_sync', daemon.state, ...settings],
    };
  },
};

function stop({ state }: SyncDaemonResource): Command {
  return ['absent', 'ipvsadm', '--stop-daemon', state];
}

/** The words that start a daemon. The kernel's defaults are left out, since an older ipvsadm does not know their options. */
export function startWords({ state, ...settings }: SyncSettings & { state: 'master' | 'backup' }): Command {
  const { interface: device, id, group, port, ttl, maxLength } = settings;
  return [
    ['ipvsadm', '--start-daemon', state, '--mcast-interface', device, '--syncid', String(id)],
    maxLength === undefined ? [] : ['--sync-maxlen', String(maxLength)],
    group === kernelSync.group ? [] : ['--mcast-group', group],
    port === kernelSync.port ? [] : ['--mcast-port', String(port)],
    ttl === kernelSync.ttl ? [] : ['--mcast-ttl', String(ttl)],
  ].flat();
}

/** Settings in the words of `ipvsadm -L --daemon`. */
function wordsOf({
  interface: device,
  id,
  group,
  port,
  ttl,
  maxLength,
}: SyncSettings): Record<string, string> {
  return {
    mcast: device,
    syncid: String(id),
    group,
    port: String(port),
    ttl: String(ttl),
    ...(maxLength === undefined ? {} : { maxlen: String(maxLength) }),
  };
}

function differences(wanted: SyncSettings, has: Readonly<Record<string, string>>): string[] {
  return Object.entries(wordsOf(wanted))
    .filter(([name, value]) => has[name] !== undefined && has[name] !== value)
    .map(([name, value]) => `${name} ${has[name]} -> ${value}`);
}

function settingsOf(has: Readonly<Record<string, string>>): SyncSettings {
  return {
    interface: has['mcast'] ?? '',
    id: Number(has['syncid'] ?? 0),
    group: has['group'] ?? kernelSync.group,
    port: Number(has['port'] ?? kernelSync.port),
    ttl: Number(has['ttl'] ?? kernelSync.ttl),
    maxLength: has['maxlen'] === undefined ? undefined : Number(has['maxlen']),
  };
}
