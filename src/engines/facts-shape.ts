import type { Cluster } from '../model/cluster.ts';
import type { Family } from '../model/family.ts';
import type { Failover, Pair } from '../model/failover.ts';
import type { CheckKind, CheckOption } from '../model/health.ts';
import type { Scope } from './scope.ts';

/** A package that a director needs for an engine. */
export interface EnginePackage {
  /** By the platform, where not every one has it, or under another name. */
  readonly name: string | Readonly<Partial<Record<Family, string>>>;
  /** Not needed where the host has this command already. */
  readonly unless?: string;
  /** Clusters that need it; where nothing is given, all that have the engine. */
  readonly when?: (cluster: Cluster) => boolean;
}

/** How a document says where traffic goes, and who holds what. */
export interface DocumentLanguage {
  /**
   * What counts in a line, by the field's word for it; in the pattern, the group `name` is what it is called. What stands
   * `inside` belongs to the last one above it that `holds` others.
   */
  readonly words: readonly (readonly [what: string, pattern: RegExp, role?: 'holds' | 'inside'])[];
  /** What begins a comment. */
  readonly comment: RegExp;
  /** The names in the file that a distribution brings: one that has no others is nobody's. */
  readonly shipped?: RegExp;
}

/** `name = value`, or words in blocks. */
export type Lines = 'assignments' | 'blocks';

/** What a service may need, and not every engine has words for. */
export type ServiceFeature = 'sctp' | 'persistence engine' | 'gue and gre';

/** What an engine that watches real servers can do. Facts only: the rules and the defaults are made from them. */
export interface HealthFacts {
  /** The checks that it makes, and what each can be told. */
  readonly checks: Readonly<Partial<Record<CheckKind, readonly CheckOption[]>>>;
  /** Of these checks, those that it makes over IPv6; undefined for all. */
  readonly overIpv6?: readonly CheckKind[];
  /** What a text of a check has to be, where the engine would take another one for something else. */
  readonly texts?: Readonly<
    Partial<Record<CheckKind, Partial<Record<'request' | 'expect' | 'run', RegExp>>>>
  >;
  /** What its configuration cannot have in any text of a check. */
  readonly unreadable?: { readonly characters: RegExp; readonly hint: string };
  /** How its own lines are written, of which two clusters may set one twice; undefined where it has none for the whole. */
  readonly lines?: Lines;
  readonly lacks: readonly ServiceFeature[];
  /** True where it writes mail about real servers. */
  readonly mail: boolean;
  /** Seconds between a failed check and the next try; undefined where it waits a whole interval. */
  readonly pause?: number;
}

/** Settings that are refused for being written: as the inventory names them. */
export type FailoverSetting =
  | 'crm'
  | 'corosync'
  | 'agent_timeout'
  | 'sync_group'
  | 'quorum_device'
  | 'interfaces'
  | 'ping'
  | 'port'
  | 'script'
  | 'notify'
  | 'directives.instance';

/** What only some engines have, and how one says that another one has it not. Where nothing is said, it is removed. */
export const special = {
  crm: { missing: 'has no crm' },
  corosync: { missing: 'has no corosync' },
  agent_timeout: { missing: 'has no agent_timeout' },
  sync_group: { missing: 'has no sync groups' },
  quorum_device: {
    missing: 'has no quorum device',
    hint: 'remove it, or use engine: pacemaker with corosync 2 or 3',
  },
} as const satisfies Partial<Record<FailoverSetting, { readonly missing: string; readonly hint?: string }>>;
export type SpecialSetting = keyof typeof special;

/** A page of its own for what an engine cannot do: number, title and reason. */
export interface Refuses {
  readonly id: string;
  readonly title: string;
  readonly why: string;
}

/** The number under which a setting of another engine, or of another version, is refused. */
export const anothers = 'LVS093';

/** What `when` may look at beside the cluster itself. */
export interface Around {
  /** Other clusters that have one of its directors. */
  readonly neighbours: readonly Cluster[];
  /** True where the inventory writes it. */
  readonly told: (setting: FailoverSetting) => boolean;
}

/** One thing that an engine cannot do. */
export interface Refusal {
  /** Of the rule; that of the engine where none is given. */
  readonly rule?: string;
  /** Where the finding stands, as the inventory names it. */
  readonly setting: FailoverSetting | keyof Failover | 'dead_time';
  /** When it is refused; where nothing is given, when it is written. */
  readonly when?: (cluster: Pair, around: Around) => boolean;
  readonly message: Words;
  readonly hint: Words;
}

type Words = string | ((cluster: Pair, around: Around) => string);

/** What an engine that moves VIPs can do. */
export interface FailoverFacts {
  readonly defaults: {
    /** Seconds between two signs of life. */
    readonly interval: number;
    /** Intervals of silence after which a director is dead. */
    readonly deadIntervals: number;
    /** True where the directors have a generated key unless the inventory gives one. */
    readonly key: boolean;
  };
  readonly scope: Scope;
  /** How many of the directors hold the VIPs while all is well. */
  readonly holders: 'one' | 'all';
  /**
   * The shell function (`src/host`) by which a director gives up its VIPs: NAME CLUSTER VIP... makes the engine move them to
   * another director, and waits until this host has none of them.
   */
  readonly handOver: string;
  /** True where it knows a director by `uname -n`. */
  readonly nodeNames: boolean;
  /** How its own lines are written, where each of them is a setting; else all of them are one setting. */
  readonly lines?: Lines;
  /** Health engines that it starts itself, on the director that holds the VIPs. */
  readonly starts: readonly string[];
  /** True where it starts the daemon that tells of connections itself, and turns it round as the VIPs move. */
  readonly syncs: boolean;
  /**
   * True where it takes the power of a director that went silent. `files` where what it tells a device can be read by
   * more than root, so that a secret has to be in a file of its own.
   */
  readonly fences: false | { readonly secrets: 'document' | 'files' };
  /** Of what only some engines have, what this one has. */
  readonly has: readonly SpecialSetting[];
  readonly refuses: Refuses;
  readonly cannot: readonly Refusal[];
}
