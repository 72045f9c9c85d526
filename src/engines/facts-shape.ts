import type { Cluster } from '../model/cluster.ts';
import type { Family } from '../model/family.ts';
import type { Failover, Pair } from '../model/failover.ts';
import type { CheckKind, CheckOption } from '../model/health.ts';
import type { Scope } from './scope.ts';

/** A package that a director needs for an engine. */
export interface EnginePackage {
  /** By family, if not every one has it, or if the names differ. */
  readonly name: string | Readonly<Partial<Record<Family, string>>>;
  /** The package is not needed if the host has this command already. */
  readonly unless?: string;
  /** True for clusters that need it; if left out, all that have the engine. */
  readonly when?: (cluster: Cluster) => boolean;
}

/** How a document names virtual services, real servers and VIPs. */
export interface DocumentLanguage {
  /**
   * What counts in a line, by the field's word for it; the pattern's group `name` is its name. An item with `inside` belongs
   * to the last item above it with `holds`.
   */
  readonly words: readonly (readonly [what: string, pattern: RegExp, role?: 'holds' | 'inside'])[];
  /** The beginning of a comment. */
  readonly comment: RegExp;
  /** The names in the file as the distribution ships it: a file without other names is not an operator's. */
  readonly shipped?: RegExp;
}

/** `name = value`, or words in blocks. */
export type Lines = 'assignments' | 'blocks';

/** Where an engine that watches real servers takes lines of its own language, by their names in the inventory. */
export type RawPlace = 'global' | 'blocks' | 'service' | 'server' | 'check';

/** Features of a service that not every engine can express. */
export type ServiceFeature = 'sctp' | 'persistence engine' | 'gue and gre';

/** What an engine that watches real servers can do. Facts only: the rules and the defaults are made from them. */
export interface HealthFacts {
  /** The checks that it makes, with the options of each. */
  readonly checks: Readonly<Partial<Record<CheckKind, readonly CheckOption[]>>>;
  /** The checks among them that it makes over IPv6; undefined for all. */
  readonly overIpv6?: readonly CheckKind[];
  /** What a text of a check must be, if the engine would misread other texts. */
  readonly texts?: Readonly<
    Partial<Record<CheckKind, Partial<Record<'request' | 'expect' | 'run', RegExp>>>>
  >;
  /** Characters that its configuration cannot have in any text of a check. */
  readonly unreadable?: { readonly characters: RegExp; readonly hint: string };
  /** How its own global lines are written, so that a setting of two clusters is found; undefined if it has no such lines. */
  readonly lines?: Lines;
  /** Where it takes lines of its own language; undefined for nowhere. */
  readonly raw?: readonly RawPlace[];
  /** Words that begin a block of its configuration, and are no global setting. */
  readonly blocks?: RegExp;
  /** Checks over TLS whose handshake does not name the host (SNI). */
  readonly unnamed?: readonly CheckKind[];
  /** What a check names must be defined in its own blocks: how such a block begins, with its name in the pattern's group `name`. */
  readonly defined?: Readonly<Partial<Record<CheckKind, RegExp>>>;
  readonly lacks: readonly ServiceFeature[];
  /** True if it sends mail about real servers. */
  readonly mail: boolean;
  /** Seconds between a failed check and the next try; undefined if it waits a whole interval. */
  readonly pause?: number;
}

/** Settings that may be refused when the inventory has them, by their names there. */
export type FailoverSetting =
  | 'crm'
  | 'corosync'
  | 'agent_timeout'
  | 'sync_group'
  | 'quorum_device'
  | 'second_link'
  | 'interfaces'
  | 'ping'
  | 'port'
  | 'script'
  | 'notify'
  | 'directives.blocks'
  | 'directives.instance';

/** Settings that only some engines have, with the message for other engines. Without a hint, the hint is to remove it. */
export const special = {
  crm: { missing: 'has no crm' },
  corosync: { missing: 'has no corosync' },
  agent_timeout: { missing: 'has no agent_timeout' },
  sync_group: { missing: 'has no sync groups' },
  second_link: { missing: 'has no second link' },
  quorum_device: {
    missing: 'has no quorum device',
    hint: 'remove it, or use engine: pacemaker with corosync 2 or 3',
  },
} as const satisfies Partial<Record<FailoverSetting, { readonly missing: string; readonly hint?: string }>>;
export type SpecialSetting = keyof typeof special;

/** The rule page for what an engine cannot do: number, title and reason. */
export interface Refuses {
  readonly id: string;
  readonly title: string;
  readonly why: string;
}

/** The rule that refuses a setting of another engine, or of another version. */
export const anothers = 'LVS093';

/** What `when` may use beside the cluster itself. */
export interface Around {
  /** Other clusters that share a director with it. */
  readonly neighbours: readonly Cluster[];
  /** True if the inventory has the setting. */
  readonly told: (setting: FailoverSetting) => boolean;
}

/** One thing that an engine cannot do. */
export interface Refusal {
  /** The rule's number; if left out, that of the engine. */
  readonly rule?: string;
  /** The setting to which the problem points, by its name in the inventory. */
  readonly setting: FailoverSetting | keyof Failover | 'dead_time';
  /** When it is refused; if left out, whenever the inventory has it. */
  readonly when?: (cluster: Pair, around: Around) => boolean;
  readonly message: Words;
  readonly hint: Words;
}

type Words = string | ((cluster: Pair, around: Around) => string);

/** What an engine that moves VIPs can do. */
export interface FailoverFacts {
  readonly defaults: {
    /** Seconds between two heartbeats. */
    readonly interval: number;
    /** Intervals of silence after which a director is considered dead. */
    readonly deadIntervals: number;
    /** True if the directors have a generated key, unless the inventory gives one. */
    readonly key: boolean;
  };
  readonly scope: Scope;
  /** How many of the directors hold the VIPs in normal operation. */
  readonly holders: 'one' | 'all';
  /**
   * The shell function (`src/host`) by which a director gives up its VIPs: NAME CLUSTER VIP... makes the engine move them to
   * another director, and waits until this host has none of them.
   */
  readonly handOver: string;
  /** True if it knows a director by `uname -n`. */
  readonly nodeNames: boolean;
  /** How its own lines are written, if each of them is a setting; otherwise all of them together are one setting. */
  readonly lines?: Lines;
  /** Words that begin a block of its configuration, and are no global setting. */
  readonly blocks?: RegExp;
  /** Health engines that it starts itself, on the director that holds the VIPs. */
  readonly starts: readonly string[];
  /** True if it starts the sync daemon itself, and switches its direction as the VIPs move. */
  readonly syncs: boolean;
  /**
   * Set if it powers off a silent director. `files`: not only root can read its configuration of a device, so a secret must
   * be in a separate file.
   */
  readonly fences: false | { readonly secrets: 'document' | 'files' };
  /** The special settings that this engine has. */
  readonly has: readonly SpecialSetting[];
  readonly refuses: Refuses;
  readonly cannot: readonly Refusal[];
}
