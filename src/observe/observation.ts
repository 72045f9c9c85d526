import { type Family, families } from '../model/family.ts';
import type { Machine } from '../model/machine.ts';
import { parseConnections } from '../resources/ipvs-table.ts';
import { byKind, idOf, type Resource } from '../resources/index.ts';
import { type Answer, linesOf, parseAnswer } from '../shell/answer.ts';
import { type Manifest, manifestIn } from './manifest.ts';
import { checkObserved } from '../resources/managed.ts';
import { short } from '../text/clean.ts';
import { UnusableAnswer } from '../shell/unusable.ts';

export interface Facts {
  readonly family: Family;
  /** `uname -n`. */
  readonly node: string;
  /** The distribution's own name. */
  readonly system: string;
  /** Seconds since 1970 by the host's clock. */
  readonly clock: number;
  readonly machine: Machine;
  /** The running system: the kernel's boot id and its network namespace. Each clone has its own. */
  readonly running: string;
  /** Its IP addresses, sorted, without those that every host has. */
  readonly addresses: readonly string[];
}

/** What a host has. */
export interface Observation {
  readonly facts: Facts;
  /** SHA-256 of everything that a plan depends on. */
  readonly fingerprint: string;
  readonly manifest: Manifest | undefined;
  /** The run that holds the lock now: the lines of the lock's holder file. */
  readonly lock: string | undefined;
  readonly connections: ReadonlyMap<string, number>;
  readonly answer: Answer;
}

/** How many characters of a fact are kept at most. */
const mostOfFact = 256;

/** Reads a host's answer to `probeScript`. Throws UnusableAnswer. */
export function readObservation(raw: string, frame: string): Observation {
  const answer = parseAnswer(raw, frame);
  if (answer.fingerprint === undefined) throw new UnusableAnswer('the answer is cut short');
  const told = linesOf(answer.section('facts'));
  const facts = new Map(told.map((text) => [text.split('=')[0]!, text.slice(text.indexOf('=') + 1)]));
  const family = families.find((each) => each === facts.get('family'));
  const system = short((facts.get('PRETTY_NAME') ?? '').replace(/^"|"$/g, ''), mostOfFact);
  if (family === undefined) {
    throw new UnusableAnswer(
      `it is neither Debian nor RHEL 6 or later${system === '' ? '' : ` (it says: ${system})`}; lvsform supports no other system`,
    );
  }
  if (facts.get('uid') !== '0') {
    throw new UnusableAnswer('it needs root: set ssh.user: root, or ssh.sudo: true for this host');
  }
  return {
    facts: {
      family,
      node: short(facts.get('node') ?? '', mostOfFact),
      system,
      clock: Number(facts.get('clock') ?? 0),
      machine: machineIn(answer),
      running: short((facts.get('running') ?? '').trim(), mostOfFact),
      addresses: told
        .flatMap((text) => /^address ([\da-fA-F.:]+)$/.exec(text)?.[1] ?? [])
        .filter((address) => !/^(127\.|::1$|fe80:)/.test(address))
        .toSorted(),
    },
    fingerprint: answer.fingerprint,
    manifest: manifestIn(answer),
    lock: short(answer.section('lock')?.trim() ?? '', mostOfFact) || undefined,
    connections: parseConnections(answer.section('connections')),
    answer,
  };
}

/** The machine-id. A host without one is known by its host key, which only the SSH connection shows. */
function machineIn(answer: Answer): Machine {
  const id = answer.section('machine')?.trim() ?? '';
  return /^[0-9a-f]{32}$/.test(id) ? { id } : {};
}

/** What the host has of each resource, by id. Plain data. Throws UnusableAnswer. */
export function observedOf(answer: Answer, resources: readonly Resource[]): Map<string, unknown> {
  const result = new Map<string, unknown>();
  for (const { kind, resources: group } of byKind(resources)) {
    const observed = kind.parse(answer, group);
    for (const [index, resource] of group.entries()) {
      const id = idOf(resource);
      checkObserved(kind, id, observed[index]);
      result.set(id, observed[index]);
    }
  }
  return result;
}
