import type { Path, Place, Vip } from '../model/cluster.ts';
import { type Failover, failoverFactsOf, type FencingDevice, type QuorumDevice } from '../model/failover.ts';
import type { Check, CheckKind, Health } from '../model/health.ts';
import { isSecretParam } from '../model/fencing-secrets.ts';
import type { SecretNeed } from '../model/secret.ts';
import { bitsOf, canonical, splitPrefix } from '../net/address.ts';
import type { FailoverShape } from './shape-failover.ts';
import type { CheckShape, HealthShape } from './shape-health.ts';

export function resolveHealth(shape: HealthShape | undefined, at: Path): Health {
  return {
    at,
    engine: shape?.engine ?? 'none',
    alert:
      shape?.alert === undefined
        ? undefined
        : { at: [...at, 'alert'], to: shape.alert.to, from: shape.alert.from, server: shape.alert.server },
    quiesce: shape?.quiesce ?? false,
    directives: {
      global: shape?.directives?.global ?? [],
      blocks: shape?.directives?.blocks ?? [],
      service: shape?.directives?.service ?? [],
      server: shape?.directives?.server ?? [],
    },
  };
}

type Written = Exclude<CheckShape, string>;

/** A service's check: from the service itself, then from the cluster, then from the port. */
export function resolveCheck(
  own: CheckShape | undefined,
  cluster: HealthShape | undefined,
  places: readonly Place[],
  at: Path,
): Check {
  const all = opened(cluster?.check);
  const told = opened(own);
  const kind = told.kind ?? all.kind ?? kindFor(places);
  // The cluster's settings for another kind of check do not count.
  const settled: Written = told.kind === undefined || told.kind === all.kind ? { ...all, ...told } : told;
  const status = settled.status ?? [];
  return {
    at:
      own === undefined
        ? cluster?.check === undefined
          ? at
          : [...at.slice(0, 2), 'health', 'check']
        : [...at, 'check'],
    kind,
    interval: settled.interval ?? all.interval ?? cluster?.interval ?? 5,
    timeout: settled.timeout ?? all.timeout ?? cluster?.timeout ?? 3,
    tries: settled.tries ?? all.tries ?? cluster?.tries ?? 2,
    port: settled.port,
    request: settled.request,
    expect: settled.expect,
    status: (Array.isArray(status) ? status : [status]).map(String),
    method: settled.method ?? 'GET',
    host: settled.host,
    record: settled.record,
    login: settled.login,
    password: passwordOf(settled, told, at),
    database: settled.database,
    run: settled.run,
    directives: settled.directives ?? [],
  };
}

/** A service's own password has its own name; the cluster's password for all services has one name. */
function passwordOf({ password }: Written, own: Written, at: Path): SecretNeed | undefined {
  const name = own.password === undefined ? `${at[1]}/check` : `${at[1]}/check-${at[3]}`;
  return password === undefined ? undefined : needOf(password, name);
}

function needOf(written: NonNullable<Written['password']> | 'generated', name: string): SecretNeed {
  if (typeof written === 'string') return { name, source: { from: 'store' } };
  if ('env' in written) return { name, source: { from: 'env', name: written.env } };
  return { name, source: { from: 'command', command: written.command } };
}

function opened(check: CheckShape | undefined): Written {
  return typeof check === 'string' ? { kind: check } : (check ?? {});
}

const byPort: Readonly<Record<number, CheckKind>> = {
  25: 'smtp',
  80: 'http',
  443: 'https',
  8000: 'http',
  8080: 'http',
  8088: 'http',
  8443: 'https',
};

function kindFor(places: readonly Place[]): CheckKind {
  const place = places.find(({ protocol, first }) => protocol === 'tcp' && first > 0);
  return place === undefined ? 'ping' : (byPort[place.first] ?? 'tcp');
}

function keyOf({ key }: FailoverShape, name: string, needed: boolean): SecretNeed | undefined {
  if (key === undefined) return needed ? { name, source: { from: 'store' } } : undefined;
  return needOf(key, name);
}

function nodeKeyOf({ node_key: key, fencing = [] }: FailoverShape, name: string): SecretNeed | undefined {
  const needed = fencing.some(({ agent }) => agent === 'external/ssh') ? 'generated' : 'none';
  const told = key ?? needed;
  return told === 'none' ? undefined : { ...needOf(told, name), form: 'ssh-key' };
}

export function resolveFailover(
  shape: FailoverShape | undefined,
  at: Path,
  directors: readonly string[],
): Failover | undefined {
  if (shape?.engine === undefined || shape.engine === 'none') return undefined;
  const { defaults } = failoverFactsOf(shape.engine);
  const interval = shape.interval ?? defaults.interval;
  return {
    at,
    engine: shape.engine,
    interval,
    deadTime: shape.dead_time ?? defaults.deadIntervals * interval,
    failback: (shape.failback ?? false) !== false,
    failbackDelay: typeof shape.failback === 'object' ? shape.failback.delay : 0,
    transport: shape.transport ?? 'unicast',
    interface: shape.interface,
    group: shape.group === undefined ? undefined : canonical(shape.group),
    port: shape.port,
    secondLink: shape.second_link && {
      at: [...at, 'second_link'],
      interface: shape.second_link.interface,
      addresses: Object.fromEntries(
        Object.entries(shape.second_link.addresses).map(([director, written]) => [
          director,
          canonical(written),
        ]),
      ),
    },
    key: keyOf(shape, `${String(at[1])}/failover`, defaults.key),
    nodeKey: nodeKeyOf(shape, `${String(at[1])}/ssh`),
    id: shape.id ?? 51,
    syncGroup: shape.sync_group,
    gateways: shape.gateway === undefined ? [] : [resolveGateway(shape.gateway, [...at, 'gateway'])],
    pings: (shape.ping ?? []).map(canonical),
    interfaces: shape.interfaces ?? [],
    script: shape.script,
    notify: shape.notify,
    crm: shape.crm ?? false,
    agentTimeout: shape.agent_timeout ?? 60,
    corosync: shape.corosync ?? 3,
    quorumDevice: resolveQuorumDevice(shape.quorum_device),
    fencing: (shape.fencing ?? []).map((device, index) =>
      resolveDevice(device, [...at, 'fencing', index], directors),
    ),
    directives: {
      global: shape.directives?.global ?? [],
      blocks: shape.directives?.blocks ?? [],
      instance: shape.directives?.instance ?? [],
    },
  };
}

type WrittenDevice = NonNullable<FailoverShape['fencing']>[number];

/** A parameter with a source is a secret; so is one with a secret’s name and a stored value. */
function resolveDevice(
  { agent, hosts, params = {} }: WrittenDevice,
  at: Path,
  directors: readonly string[],
): FencingDevice {
  const plain: Record<string, string> = {};
  const secrets: Record<string, SecretNeed> = {};
  for (const [key, value] of Object.entries(params)) {
    const source = typeof value === 'object' ? value : 'stored';
    const name = `${String(at[1])}/fence-${Number(at.at(-1)) + 1}-${key}`;
    if (typeof value === 'object' || (value === 'stored' && isSecretParam(key)))
      secrets[key] = { ...needOf(source, name), form: 'given' };
    else plain[key] = String(value);
  }
  return { at, agent, hosts: hosts ?? directors, params: plain, secrets };
}

function resolveQuorumDevice(written: FailoverShape['quorum_device']): QuorumDevice | undefined {
  if (written === undefined) return undefined;
  const { host, port, algorithm = 'ffsplit', tls = 'off' } = written;
  return { host, port, algorithm, tls };
}

function resolveGateway(written: NonNullable<FailoverShape['gateway']>, at: Path): Vip {
  const gateway = typeof written === 'string' ? { address: written } : written;
  const { address, prefix } = splitPrefix(gateway.address);
  return { at, address, prefix: prefix ?? bitsOf(address), interface: gateway.interface };
}
