import type { Manifest } from '../observe/manifest.ts';
import { destinationKey } from '../resources/ipvs-table.ts';
import { idOf, type Resource } from '../resources/index.ts';
import type { Change, Detail } from '../resources/kind.ts';
import type { VirtualServiceResource } from '../resources/virtual-service.ts';
import { addressesIn, servicesIn } from './intent.ts';

/** Words that stand together in a line which speaks of something that leaves. */
export type LostWords = readonly string[];

/**
 * What a host had for its clusters, by its manifest, and is not to have any more: real servers of services, services, VIPs. A document that no longer speaks of it removes it, at the next boot or when a daemon reads it.
 */
export function lostWords(manifest: Manifest | undefined, wanted: readonly Resource[]): LostWords[] {
  const before = Object.values(manifest?.resources ?? {}).map(({ resource }) => resource);
  const gone = (words: (resources: readonly Resource[]) => string[]): string[] => {
    const kept = new Set(words(wanted));
    return words(before).filter((word) => !kept.has(word));
  };
  return [
    ...gone((all) => servicesIn(all).flatMap(({ want }) => want.destinations.map(destinationKey))).map(
      wordsOf,
    ),
    ...gone((all) => servicesIn(all).map(({ key }) => key.split(' ')[1]!))
      .filter((place) => place.includes(':'))
      .map(wordsOf),
    ...gone((all) =>
      servicesIn(all).flatMap(({ want }) => want.destinations.map(({ address }) => address)),
    ).map((address) => [address]),
    ...gone((all) => addressesIn(all).map(({ address }) => address)).map((address) => [address]),
  ];
}

/** `10.0.0.7:80` is written as `10.0.0.7 80` by some. */
function wordsOf(place: string): string[] {
  const colon = place.lastIndexOf(':');
  return colon < 0 ? [place] : [place.slice(0, colon).replace(/^\[|\]$/g, ''), place.slice(colon + 1)];
}

/** A virtual service with the real servers that stay in it, since nothing may be removed. */
export function withHeld(resource: Resource, manifest: Manifest | undefined): Resource {
  const [wanted] = servicesIn([resource]);
  const before = manifest?.resources[idOf(resource)]?.resource;
  const [had] = before === undefined ? [] : servicesIn([before]);
  if (wanted === undefined || had === undefined) return resource;
  const kept = new Set(wanted.want.destinations.map(destinationKey));
  const held = had.want.destinations.filter((each) => !kept.has(destinationKey(each)));
  if (held.length === 0) return resource;
  const want: Exclude<VirtualServiceResource['want'], 'absent'> = wanted.want;
  return { ...wanted, want: { ...want, destinations: [...want.destinations, ...held] } };
}

/** A change to a document of ours without what it would remove; what is held back, in words. */
export interface Held {
  readonly change: Change | undefined;
  readonly why: string | undefined;
}

/**
 * Where nothing may be removed, a document keeps the lines that speak of what leaves. Into one of single lines they are
 * put back; another one stays as it is, with what would be new in it.
 */
export function keepingLines(change: Change, resource: Resource, lost: readonly LostWords[]): Held {
  if (lost.length === 0 || (resource.kind !== 'file' && resource.kind !== 'block')) {
    return { change, why: undefined };
  }
  const texts = change.details.find((detail) => 'path' in detail);
  if (texts === undefined) {
    const hidden =
      resource.kind === 'file' && change.details.some((detail) => /content/.test(textIn(detail)));
    return hidden ? { change: undefined, why: `${change.title} stays as it is` } : { change, why: undefined };
  }
  const removed = linesLost(texts.before, texts.after).filter((text) => speaksOf(text, lost));
  if (removed.length === 0) return { change, why: undefined };
  const why = `${change.title} keeps ${removed.map((text) => text.trim()).join('; ')}`;
  const after = isOfSingleLines(resource) ? withLines(texts.after, removed) : undefined;
  if (after === undefined)
    return {
      change: undefined,
      why: `${change.title} stays as it is, or it would lose ${removed.map((text) => text.trim()).join('; ')}`,
    };
  if (after === texts.before) return { change: undefined, why };
  const details = change.details.map((detail) => (detail === texts ? { ...texts, after } : detail));
  const actions = change.actions.map((action) =>
    action.do === 'write' ? { ...action, content: after } : action,
  );
  return { change: { ...change, details, actions }, why };
}

/** What of a change is not done, in words. */
export function heldText({ verb, title, details }: Change, allowed: Change | undefined): string {
  const left = details.filter((detail) => 'text' in detail && allowed?.details.includes(detail) === false);
  return left.length === 0
    ? `${verb} ${title}`
    : `${title}: ${left.map((detail) => ('text' in detail ? `${detail.verb} ${detail.text}` : '')).join(', ')}`;
}

function textIn(detail: Detail): string {
  return 'text' in detail ? detail.text : '';
}

function linesLost(before: string, after: string): string[] {
  const kept = new Set(after.split('\n'));
  return before.split('\n').filter((text) => !kept.has(text));
}

function speaksOf(text: string, lost: readonly LostWords[]): boolean {
  const words = new Set([...(text.match(/[\w.-]+/g) ?? []), ...(text.match(/[\da-f]*:[\da-f:]+/g) ?? [])]);
  return lost.some((together) => together.every((word) => words.has(word)));
}

/** Rules of ipvsadm, and lines of ours in files of others: each line says something by itself. */
function isOfSingleLines(resource: Resource): boolean {
  return resource.kind === 'block' || (resource.kind === 'file' && resource.traffic === 'ipvsadm');
}

/** The lines at the end of ours: before the mark that ends them, in a file of others. */
function withLines(text: string, lines: readonly string[]): string {
  const end = text.lastIndexOf('# lvsform end\n');
  const at = end < 0 ? text.length : end;
  return `${text.slice(0, at)}${lines.map((each) => `${each}\n`).join('')}${text.slice(at)}`;
}
