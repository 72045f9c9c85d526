import type { Family } from '../model/family.ts';
import { byKind, type Resource } from '../resources/index.ts';
import { hostScript } from '../shell/script.ts';

/** The resources that are read on a host, by family. */
export type ProbeResources = Readonly<Partial<Record<Family, readonly Resource[]>>>;

/**
 * The one script that reads a host: facts first, then everything that is wanted there for the host's family. It changes
 * nothing.
 */
export function probeScript(resources: ProbeResources, frame: string): string {
  return hostScript(frame, stateFunction(resources), 'facts', 'state');
}

/**
 * The shell function `state`: it prints all on which a plan depends, and nothing that changes by itself (no counters, no
 * lifetimes), so that the digest of its output is the host's fingerprint.
 */
export function stateFunction(resources: ProbeResources): string {
  const cases = Object.entries(resources).map(([family, wanted]) => {
    const probes = byKind(wanted).map(
      (group) => `say ${group.kind.kind}\n${group.kind.probe(group.resources, family as Family)}`,
    );
    return `${family})\n${probes.join('\n')}\n;;\n`;
  });
  return `state() {
owned_state
case $family in
${cases.join('')}esac
:
}`;
}
