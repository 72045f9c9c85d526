import type { Manifest } from '../observe/manifest.ts';
import { readable } from '../model/service-key.ts';
import { describe } from '../resources/ipvs-words.ts';
import { destinationKey } from '../resources/ipvs-table.ts';
import { shownText } from '../model/secret.ts';
import { idOf, type Resource } from '../resources/index.ts';
import { nftRule } from '../resources/packet-rules.ts';
import type { Change, Verb } from '../resources/kind.ts';
import type { VirtualServiceResource } from '../resources/virtual-service.ts';
import { addressesIn, servicesIn } from './intent.ts';
import { mergedRules } from './merged-rules.ts';

/** What is added to a host, or removed from it, by its manifest: a document that names it adds it, one without it removes it. */
export interface Moving {
  /** Real servers of services, services and VIPs, in words. */
  readonly what: readonly string[];
  /** Addresses that no resource of the host has any more, or had before. */
  readonly addresses: ReadonlySet<string>;
}

/** What is removed from a host, at the latest at the next boot or when a daemon reads its document. */
export function lostIn(manifest: Manifest | undefined, wanted: readonly Resource[]): Moving {
  return onlyIn(managed(manifest), wanted);
}

/** What is added to a host. */
export function gainedIn(manifest: Manifest | undefined, wanted: readonly Resource[]): Moving {
  return onlyIn(wanted, managed(manifest));
}

function managed(manifest: Manifest | undefined): Resource[] {
  return Object.values(manifest?.resources ?? {}).map(({ resource }) => resource);
}

function onlyIn(these: readonly Resource[], those: readonly Resource[]): Moving {
  const only = (parts: (resources: readonly Resource[]) => Map<string, string>): [string, string][] => {
    const others = parts(those);
    return [...parts(these)].filter(([key]) => !others.has(key));
  };
  return {
    what: [realServers, services, vips, filterRules].flatMap(only).map(([, text]) => text),
    addresses: new Set(only(addresses).map(([key]) => key)),
  };
}

/** The real servers of each service, by service and place. */
function realServers(resources: readonly Resource[]): Map<string, string> {
  return new Map(
    servicesIn(resources).flatMap(({ key, want }) =>
      want.destinations.map((each) => [
        `${key} ${destinationKey(each)}`,
        `${describe(each, each.server)} of ${readable(key)}`,
      ]),
    ),
  );
}

function services(resources: readonly Resource[]): Map<string, string> {
  return new Map(servicesIn(resources).map(({ key }) => [key, readable(key)]));
}

function vips(resources: readonly Resource[]): Map<string, string> {
  return new Map(addressesIn(resources).map((each) => [idOf(each), `the VIP ${each.address}`]));
}

function filterRules(resources: readonly Resource[]): Map<string, string> {
  return new Map(
    resources.flatMap((each) =>
      each.kind === 'packet-filter'
        ? each.rules.map((rule): [string, string] => [
            JSON.stringify(rule),
            `the rule ${nftRule(rule, each.family)}`,
          ])
        : [],
    ),
  );
}

function addresses(resources: readonly Resource[]): Map<string, string> {
  const all = [
    ...servicesIn(resources).flatMap(({ want }) => want.destinations.map(({ address }) => address)),
    ...addressesIn(resources).map(({ address }) => address),
  ];
  return new Map(all.map((address) => [address, address]));
}

/**
 * A resource as the manifest keeps it, since removals are not allowed: a virtual service with the real servers that remain in
 * it, the old packet filter if the new one lacks a rule.
 */
export function withHeld(resource: Resource, manifest: Manifest | undefined): Resource {
  if (manifest === undefined) return resource;
  const [wanted] = servicesIn([resource]);
  const before = manifest.resources[idOf(resource)]?.resource;
  if (before?.kind === 'packet-filter') {
    const kept = filterRules([resource]);
    return [...filterRules([before]).keys()].some((key) => !kept.has(key)) ? before : resource;
  }
  const [had] = before === undefined ? [] : servicesIn([before]);
  if (wanted === undefined || had === undefined) return resource;
  const kept = new Set(wanted.want.destinations.map(destinationKey));
  const held = had.want.destinations.filter((each) => !kept.has(destinationKey(each)));
  if (held.length === 0) return resource;
  const want: Exclude<VirtualServiceResource['want'], 'absent'> = wanted.want;
  return { ...wanted, want: { ...want, destinations: [...want.destinations, ...held] } };
}

/** The part of a change that is done, and the part that is held back, in words. */
export interface Held {
  readonly change: Change | undefined;
  readonly why: string | undefined;
}

/** What a document must not remove from a host, or add to it. */
export interface Limits {
  readonly lost?: Moving;
  readonly gained?: Moving;
}

/**
 * If removals are not allowed, documents keep what would be removed. In a file of others, our lines are put back. A file from
 * which an engine makes the table is not changed while anything leaves the host; another file is not changed if it would
 * lose lines that name an address which leaves. If additions are not allowed, an engine's file is not changed while anything
 * would be added to the host.
 */
export function keepingLines(change: Change, resource: Resource, { lost, gained }: Limits): Held {
  const all = { change, why: undefined };
  if (resource.kind === 'packet-filter') {
    const texts = (verb: Verb): string[] =>
      change.details.flatMap((each) => ('text' in each && each.verb === verb ? [each.text] : []));
    if (lost !== undefined && texts('remove').length > 0) return asItIs(change, 'lose', texts('remove'));
    return gained === undefined || texts('add').length === 0 ? all : asItIs(change, 'add', texts('add'));
  }
  if (resource.kind !== 'file' && resource.kind !== 'block') return all;
  if (resource.kind === 'file' && isEngineFile(resource)) {
    if (lost !== undefined && lost.what.length > 0) return asItIs(change, 'lose', lost.what);
    return gained === undefined || gained.what.length === 0 ? all : asItIs(change, 'add', gained.what);
  }
  const texts = change.details.find((detail) => 'path' in detail);
  if (texts === undefined || lost === undefined) return all;
  const removed = linesLost(texts.before, texts.after).filter((text) => names(text, lost.addresses));
  if (removed.length === 0) return all;
  if (resource.kind === 'file') return asItIs(change, 'lose', lost.what);
  const why = `${change.title}: ${removed.map((text) => text.trim()).join('; ')} ${removed.length === 1 ? 'is' : 'are'} kept`;
  return { change: withText(change, withLines(texts.after, removed)), why };
}

/** A change of our rule file of ipvsadm, as far as it is allowed. */
export function allowedRules(change: Change, allow: readonly Verb[]): Held {
  const texts = change.details.find((detail) => 'path' in detail);
  if (texts === undefined)
    return { change: undefined, why: `${change.title} is not changed: it cannot be shown` };
  const { text, held } = mergedRules(texts.before, texts.after, allow);
  return held.length === 0
    ? { change, why: undefined }
    : { change: withText(change, text), why: `${change.title}: ${held.join('; ')}` };
}

/** The change with another text; undefined if the file has that text already. */
function withText(change: Change, after: string): Change | undefined {
  const details = change.details.map((detail) => ('path' in detail ? { ...detail, after } : detail));
  if (details.every((detail) => 'path' in detail && detail.before === after)) return undefined;
  const actions = change.actions.map((action) =>
    action.do === 'write' ? { ...action, content: after } : action,
  );
  return { ...change, details, actions };
}

/** True for a rule file of ipvsadm, from which the table comes back at boot. */
export function isRuleFile(resource: Resource): boolean {
  return resource.kind === 'file' && resource.traffic === 'ipvsadm';
}

/** True for a file from which an engine makes services or VIPs: its configuration, or its script. */
export function isEngineFile(resource: Resource): boolean {
  if (resource.kind !== 'file' || resource.boot === true || isRuleFile(resource)) return false;
  const { want, traffic } = resource;
  return traffic !== undefined || (want.state === 'present' && shownText(want.content).startsWith('#!'));
}

function asItIs({ title }: Change, would: 'lose' | 'add', what: readonly string[]): Held {
  return { change: undefined, why: `${title} is not changed: it would ${would} ${what.join(', ')}` };
}

/** The part of a change that is not done, in words. */
export function heldText({ verb, title, details }: Change, allowed: Change | undefined): string {
  const left = details.filter((detail) => 'text' in detail && allowed?.details.includes(detail) === false);
  return left.length === 0
    ? `${verb} ${title}`
    : `${title}: ${left.map((detail) => ('text' in detail ? `${detail.verb} ${detail.text}` : '')).join(', ')}`;
}

function linesLost(before: string, after: string): string[] {
  const kept = new Set(after.split('\n'));
  return before.split('\n').filter((text) => !kept.has(text));
}

function names(text: string, lost: ReadonlySet<string>): boolean {
  const words = [...(text.match(/[\w.-]+/g) ?? []), ...(text.match(/[\da-f]*:[\da-f:]+/g) ?? [])];
  return words.some((word) => lost.has(word));
}

/** The text with more lines at the end of ours: in a file of others, before the mark that ends them. */
function withLines(text: string, lines: readonly string[]): string {
  const end = text.lastIndexOf('# lvsform end\n');
  const at = end < 0 ? text.length : end;
  return `${text.slice(0, at)}${lines.map((each) => `${each}\n`).join('')}${text.slice(at)}`;
}
