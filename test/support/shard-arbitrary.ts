import fc from 'fast-check';

/** A cluster of a generated inventory; hosts with one name are one host. */
export interface ClusterSketch {
  readonly name: string;
  /** Its VIP has this number, and so have the hosts whose names no other cluster has. */
  readonly number: number;
  readonly directors: readonly string[];
  readonly servers: readonly string[];
  /** Real servers that lvsform never changes. */
  readonly unmanaged?: readonly string[];
  readonly time?: string;
}

/** The names of the hosts of some clusters, each once, by the clusters' numbers. */
export function hostNames(clusters: readonly ClusterSketch[]): string[] {
  const sorted = clusters.toSorted((one, other) => one.number - other.number);
  return [
    ...new Set(
      sorted.flatMap(({ directors, servers, unmanaged = [] }) => [...directors, ...servers, ...unmanaged]),
    ),
  ];
}

/** The text of an inventory. The address of a host is by its place in `names`: the first one has 10.0.1.1. */
export function clustersText(clusters: readonly ClusterSketch[], names = hostNames(clusters)): string {
  const hosts = new Map(
    names.map((name, at) => [name, `10.0.${1 + Math.floor(at / 200)}.${1 + (at % 200)}`] as const),
  );
  const text = clusters.map(
    ({ name, number, directors, servers, unmanaged = [], time }) => `  ${name}:
    mode: dr
    vip: 10.0.${200 + Math.floor(number / 200)}.${1 + (number % 200)}
    directors:
${directors.map((host) => `      ${host}: ${hosts.get(host)}/16\n`).join('')}    real_servers:
${servers.map((host) => `      ${host}: ${hosts.get(host)}\n`).join('')}${unmanaged
      .map((host) => `      ${host}: { address: ${hosts.get(host)}, managed: false }\n`)
      .join('')}    services: [{ port: 80 }]
${time === undefined ? '' : `    time: { servers: [${time}] }\n`}`,
  );
  return `name: test\nclusters:\n${text.join('')}`;
}

/** Clusters at random, some of which share directors and real servers. */
export const sketches: fc.Arbitrary<readonly ClusterSketch[]> = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom('web', 'api', 'db', 'mail', 'news', 'shop', 'wiki', 'auth'),
      director: fc.constantFrom(undefined, undefined, undefined, 'lb1', 'lb2'),
      server: fc.constantFrom(undefined, undefined, undefined, 'rs1', 'rs2'),
    }),
    { minLength: 1, maxLength: 5, selector: ({ name }) => name },
  )
  .map((list) =>
    list.map(({ name, director, server }, index) => ({
      name,
      number: index + 1,
      directors: [director ?? `lb-${name}`],
      servers: [`rs-${name}`, ...(server === undefined ? [] : [server])],
    })),
  );
