import type { Manifest } from '../observe/manifest.ts';
import { readable } from '../model/service-key.ts';
import { describe } from '../resources/ipvs-words.ts';
import { destinationKey } from '../resources/ipvs-table.ts';
import { shownText } from '../model/secret.ts';
import type { FileResource } from '../resources/file.ts';
import { idOf, type Resource } from '../resources/index.ts';
import { nftRule } from '../resources/packet-rules.ts';
import type { Change } from '../resources/kind.ts';
import type { VirtualServiceResource } from '../resources/virtual-service.ts';
import { addressesIn, servicesIn } from './intent.ts';

/** What a host had for its clusters, by its manifest, and is not to have any more. */
export interface Lost {
  /** Real servers of services, services and VIPs, in words. */
  readonly what: readonly string[];
  /** Addresses that nothing of the host has any more. */
  readonly addresses: ReadonlySet<string>;
}

/**
 * What leaves a host. A document that no longer speaks of it removes it, at the next boot or when a daemon reads it.
 */
export function lostIn(manifest: Manifest | undefined, wanted: readonly Resource[]): Lost {
  const before = Object.values(manifest?.resources ?? {}).map(({ resource }) => resource);
  const gone = (parts: (resources: readonly Resource[]) => Map<string, string>): [string, string][] => {
    const kept = parts(wanted);
    return [...parts(before)].filter(([key]) => !kept.has(key));
  };
  return {
    what: [realServers, services, vips, filterRules].flatMap(gone).map(([, text]) => text),
    addresses: new Set(gone(addresses).map(([key]) => key)),
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
 * What the manifest goes on to say of a resource, since nothing may be removed: a virtual service has the real servers that
 * stay in it, a packet filter that would lose a rule is the old one.
 */
export function withHeld(resource: Resource, manifest: Manifest | undefined): Resource {
  const [wanted] = servicesIn([resource]);
  const before = manifest?.resources[idOf(resource)]?.resource;
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

/** A change to a document of ours without what it would remove; what is held back, in words. */
export interface Held {
  readonly change: Change | undefined;
  readonly why: string | undefined;
}

/**
 * Where nothing may be removed, documents keep what leaves. Lines that leave a rule file of ipvsadm, or our lines in a file
 * of others, are put back. A file from which an engine makes the table, and a boot script, stay as they are while anything
 * leaves the host; another one does where lines would go that name an address which leaves.
 */
export function keepingLines(change: Change, resource: Resource, lost: Lost): Held {
  const all = { change, why: undefined };
  if (resource.kind === 'packet-filter') {
    const gone = change.details.flatMap((each) =>
      'text' in each && each.verb === 'remove' ? [each.text] : [],
    );
    return gone.length === 0 ? all : asItIs(change, gone);
  }
  if (resource.kind !== 'file' && resource.kind !== 'block') return all;
  const texts = change.details.find((detail) => 'path' in detail);
  const isRules = resource.kind === 'file' && resource.traffic === 'ipvsadm';
  if (resource.kind === 'file' && (resource.traffic !== undefined || isScript(resource)) && !isRules) {
    return lost.what.length === 0 ? all : asItIs(change, lost.what);
  }
  if (texts === undefined) return all;
  const removed = isRules
    ? rulesLost(texts.before, texts.after)
    : linesLost(texts.before, texts.after).filter((text) => names(text, lost.addresses));
  if (removed.length === 0) return all;
  if (resource.kind === 'file' && !isRules) return asItIs(change, lost.what);
  const why = `${change.title}: ${removed.map((text) => text.trim()).join('; ')} ${removed.length === 1 ? 'stays' : 'stay'}`;
  const after = withLines(texts.after, removed);
  if (after === texts.before) return { change: undefined, why };
  const details = change.details.map((detail) => (detail === texts ? { ...texts, after } : detail));
  const actions = change.actions.map((action) =>
    action.do === 'write' ? { ...action, content: after } : action,
  );
  return { change: { ...change, details, actions }, why };
}

/** A boot script, which takes care of VIPs and the packet filter. */
function isScript({ want }: FileResource): boolean {
  return want.state === 'present' && shownText(want.content).startsWith('#!');
}

function asItIs({ title }: Change, what: readonly string[]): Held {
  return { change: undefined, why: `${title} stays as it is, or it would lose ${what.join(', ')}` };
}

/** What of a change is not done, in words. */
export function heldText({ verb, title, details }: Change, allowed: Change | undefined): string {
  const left = details.filter((detail) => 'text' in detail && allowed?.details.includes(detail) === false);
  return left.length === 0
    ? `${verb} ${title}`
    : `${title}: ${left.map((detail) => ('text' in detail ? `${detail.verb} ${detail.text}` : '')).join(', ')}`;
}

/** Lines of services and real servers that the other text has no line for, whatever options it has there. */
function rulesLost(before: string, after: string): string[] {
  const placeOf = (text: string): string | undefined =>
    /^(?:-A -\S+ \S+(?: -6)?(?= |$)|-a -\S+ \S+(?: -6)? -r \S+)/.exec(text)?.[0];
  const kept = new Set(after.split('\n').map(placeOf));
  return before.split('\n').filter((text) => {
    const place = placeOf(text);
    return place !== undefined && !kept.has(place);
  });
}

function linesLost(before: string, after: string): string[] {
  const kept = new Set(after.split('\n'));
  return before.split('\n').filter((text) => !kept.has(text));
}

function names(text: string, lost: ReadonlySet<string>): boolean {
  const words = [...(text.match(/[\w.-]+/g) ?? []), ...(text.match(/[\da-f]*:[\da-f:]+/g) ?? [])];
  return words.some((word) => lost.has(word));
}

/** The lines at the end of ours: before the mark that ends them, in a file of others. */
function withLines(text: string, lines: readonly string[]): string {
  const end = text.lastIndexOf('# lvsform end\n');
  const at = end < 0 ? text.length : end;
  return `${text.slice(0, at)}${lines.map((each) => `${each}\n`).join('')}${text.slice(at)}`;
}
