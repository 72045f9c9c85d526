import type { Manifest } from '../observe/manifest.ts';
import { idOf, kindOf, type Resource } from '../resources/index.ts';
import { isEngineFile, isRuleFile } from './held-back.ts';
import { isEngines } from './holds.ts';

/**
 * Ids of services, VIPs and sync daemons that change hands on a host: an engine made them, and from now on lvsform or
 * another engine makes them, or they are removed; or lvsform made them, and an engine takes over.
 */
export function handedOver(
  wanted: readonly Resource[],
  leaving: readonly Resource[],
  manifest: Manifest | undefined,
): Set<string> {
  const was = (each: Resource): Resource | undefined => manifest?.resources[idOf(each)]?.resource;
  const taken = wanted.filter((each) => {
    const before = was(each);
    return before !== undefined && makerOf(before) !== makerOf(each);
  });
  return new Set([...taken, ...leaving.filter((each) => isEngines(was(each)))].map(idOf));
}

/** The engine that makes a resource; undefined for lvsform. */
function makerOf(resource: Resource): string | undefined {
  if (!isEngines(resource)) return undefined;
  if (resource.kind === 'virtual-service') return resource.owner;
  return resource.kind === 'address' ? resource.moves?.engine : 'engine';
}

/**
 * How a change takes part in what is done as one, or not at all:
 * live: it is done now, and a script brings it back at boot;
 * script: it brings others back at boot, and changes with them;
 * hand: it gives what changes hands to its new maker, or takes it from the old one;
 * rest: it removes what the old maker leaves behind.
 */
export type Part = 'live' | 'script' | 'hand' | 'rest' | undefined;

/** `hands`: true if something changes hands on the host. */
export function partOf(resource: Resource, retiring: boolean, hands: boolean): Part {
  if (isScript(resource)) return 'script';
  if (kindOf(resource).boot !== undefined) return 'live';
  if (!hands) return undefined;
  if (isOfMaker(resource, retiring)) return 'hand';
  return retiring ? 'rest' : undefined;
}

/** True for a script that brings resources back at boot, and for the service that runs it. */
function isScript(resource: Resource): boolean {
  return resource.kind === 'file'
    ? resource.boot === true
    : resource.kind === 'unit' && resource.boots === true;
}

/** True for the table, and for that from which an engine or a boot script makes it or moves VIPs. */
function isOfMaker(resource: Resource, retiring: boolean): boolean {
  switch (resource.kind) {
    case 'virtual-service':
    case 'cib':
      return true;
    case 'unit':
      return resource.owns === true;
    case 'file':
      return !retiring && (isEngineFile(resource) || isRuleFile(resource));
    default:
      return false;
  }
}
