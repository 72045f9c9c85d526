import type { Verb } from '../resources/kind.ts';

/** A virtual service of a rule file, with its real servers by address and port. */
interface Service {
  readonly line: string;
  readonly servers: Map<string, string>;
}

/** An edit of a rule file as far as it is allowed, and the lines that are held back. */
export interface Merged {
  readonly text: string;
  readonly held: readonly string[];
}

/**
 * Edits a rule file of ipvsadm as far as that is allowed: a line that must not be added is left out, a line that must not be
 * changed or removed is kept. So the table that comes back at boot is the live one.
 */
export function mergedRules(before: string, after: string, allow: readonly Verb[]): Merged {
  const [old, wanted] = [parsed(before), parsed(after)];
  const held: string[] = [];
  const pick = (had: string | undefined, to: string | undefined): string | undefined => {
    if (had === to) return to;
    const verb: Verb = had === undefined ? 'add' : to === undefined ? 'remove' : 'change';
    if (allow.includes(verb)) return to;
    held.push(had === undefined ? `${to} is not added` : `${had} is kept`);
    return had;
  };
  const lines: string[] = [];
  for (const key of union(wanted.services, old.services)) {
    const [had, to] = [old.services.get(key), wanted.services.get(key)];
    const line = pick(had?.line, to?.line);
    if (line === undefined) continue;
    lines.push(line);
    // The real servers of a service are removed or kept together with it.
    const servers = to ?? had!;
    for (const place of union(servers.servers, had?.servers ?? new Map())) {
      const server =
        to === undefined ? had!.servers.get(place) : pick(had?.servers.get(place), to.servers.get(place));
      if (server !== undefined) lines.push(server);
    }
  }
  if (held.length === 0) return { text: after, held };
  const text = [...wanted.head, ...lines].map((line) => `${line}\n`).join('');
  return { text, held };
}

const serviceLine = /^-A (?<key>-\S+ \S+(?: -6)?)(?= |$)/;
const serverLine = /^-a (?<key>-\S+ \S+(?: -6)?) (?<place>-r \S+)/;

/** The lines of services and real servers, and the other lines before them. */
function parsed(text: string): { head: string[]; services: Map<string, Service> } {
  const head: string[] = [];
  const services = new Map<string, Service>();
  for (const line of text.split('\n')) {
    const service = serviceLine.exec(line)?.groups;
    const server = serverLine.exec(line)?.groups;
    if (service !== undefined) services.set(service['key']!, { line, servers: new Map() });
    else if (server !== undefined) services.get(server['key']!)?.servers.set(server['place']!, line);
    else if (line !== '') head.push(line);
  }
  return { head, services };
}

function union<K>(one: ReadonlyMap<K, unknown>, other: ReadonlyMap<K, unknown>): Set<K> {
  return new Set([...one.keys(), ...other.keys()]);
}
