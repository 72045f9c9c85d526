import { inventoryJsonSchema } from '../../src/inventory/shape.ts';

interface Schema {
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The reference of every inventory key, from the schema that checks them. */
export function inventoryReference(): string {
  const rows = rowsOf(inventoryJsonSchema(), '');
  return `${introduction}
| key | value | what |
| --- | --- | --- |
${rows.join('')}`;
}

function rowsOf(schema: Schema, path: string): string[] {
  const objects = [schema, ...(schema.anyOf ?? [])].filter(
    (each) => each.type === 'object' || each.properties,
  );
  return objects.flatMap((object) => [
    ...Object.entries(object.properties ?? {}).flatMap(([key, value]) => {
      const here = path === '' ? key : `${path}.${key}`;
      const needed = object.required?.includes(key) === true ? ', needed' : '';
      const row = `| \`${here}\` | ${valueOf(value)}${needed} | ${description(value)} |\n`;
      return [
        row,
        ...rowsOf(value, here),
        ...(value.items === undefined ? [] : rowsOf(value.items, `${here}[]`)),
      ];
    }),
    ...(object.additionalProperties ? rowsOfNamed(object.additionalProperties, `${path}.NAME`) : []),
  ]);
}

/** The rows of a value that has a name of its own: itself, and its keys. A value of any kind has none. */
function rowsOfNamed(schema: Schema, here: string): string[] {
  const kind = valueOf(schema);
  return kind === 'anything'
    ? []
    : [`| \`${here}\` | ${kind} | ${description(schema)} |\n`, ...rowsOf(schema, here)];
}

function valueOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((each) => `\`${String(each)}\``).join(', ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(valueOf))].join(' or ');
  switch (schema.type) {
    case 'array':
      return `list of ${valueOf(schema.items ?? {})}`;
    case 'object':
      return schema.properties === undefined ? 'mapping of names' : 'mapping';
    case 'integer':
      return range(schema);
    case 'string':
      return 'text';
    default:
      return schema.type ?? 'anything';
  }
}

function range({ minimum, maximum }: Schema): string {
  const bounded = (maximum ?? Infinity) < Number.MAX_SAFE_INTEGER;
  return bounded ? `number ${minimum ?? 0} to ${maximum}` : 'number';
}

function description(schema: Schema): string {
  return (schema.description ?? schema.anyOf?.find((each) => each.description)?.description ?? '').replaceAll(
    '|',
    '\\|',
  );
}

const introduction = `# The inventory

An inventory is YAML: one file, or a directory whose \`.yaml\` files are merged in the order of their
names. Anchors, aliases and merge keys (\`<<\`) work. \`lvsform validate\` shows every problem with its
place and what to do; [rules/](rules/README.md) has a page for each rule. \`inventory.schema.json\` is the JSON Schema for
editors; \`lvsform init\` puts a copy beside a new inventory.

\`\`\`yaml
name: shop
clusters:
  web:
    mode: dr
    vip: 172.16.100.1
    directors:
      lb1: 172.16.100.2/24
    real_servers:
      rs1: { address: 172.16.100.7, weight: 2 }
      rs2: 172.16.100.8
    services:
      - { port: 80, scheduler: wlc }
\`\`\`

**Precedence of settings**, lowest first: the built-in defaults, \`defaults\`, the cluster's \`defaults\`, the host's \`groups\` in
the order in which it lists them, the host itself. \`ssh\` and \`vars\` are merged key by key; every other
setting is replaced.

**Settings of many clusters**: \`defaults\` may also have \`health\`, \`failover\`, \`drain\` and \`time\`. Each cluster takes them key by key:
with \`defaults: { health: { engine: keepalived, interval: 2 } }\` a cluster needs no \`health\`, and \`health: { interval: 9 }\` in a
cluster changes only the interval. A value (a \`check\`, an \`alert\`, a list) is replaced as a whole. A cluster that names another
engine for \`health\` or \`failover\`, also \`none\`, takes nothing of that section, since its settings are those of the other engine. A
default that no cluster takes is refused (LVS122).

**Two directors**: without a failover engine one of them is active and holds the VIPs; the others are standbys that have
everything except the live table and the VIPs. To move the VIPs, move \`active: true\` to another director and apply: the
old director gives the VIPs up first.

**Templates of your own** are in \`templates/\` beside the inventory; see [templates.md](templates.md).

**Data and code**: every text is checked, and none may have invisible characters. Only these texts are code:
\`directives\`, \`run\`, \`script\` and \`notify\`, which are written to the hosts as they are (each in its own line) and
run there, and \`command\`, which runs where lvsform runs.

## Every key

Where a key has NAME, choose a name. A value that is text or a mapping has a short form: \`lb1: 172.16.100.2/24\` is
\`lb1: { address: 172.16.100.2/24 }\`.
`;
