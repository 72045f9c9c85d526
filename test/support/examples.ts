import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { resourcesOf } from '../../src/components/index.ts';
import { readTemplates } from '../../src/disk/templates.ts';
import { renderer } from '../../src/render/templates.ts';
import type { Resource } from '../../src/resources/index.ts';
import { inventoryAt } from './inventories.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A page with its examples: between `<!-- inventory: PATH -->` or `<!-- rendered: PATH -->` and `<!-- end -->`. */
export async function withExamples(page: string): Promise<string> {
  const marks = [...page.matchAll(/<!-- (inventory|rendered): (\S+) -->\n[^]*?<!-- end -->/g)];
  let text = page;
  for (const [whole, what, path] of marks) {
    const body = what === 'inventory' ? await inventoryText(path!) : await renderedText(path!);
    text = text.replace(whole, () => `<!-- ${what}: ${path} -->\n${body}<!-- end -->`);
  }
  return text;
}

async function inventoryText(path: string): Promise<string> {
  const text = await readFile(`${root}/${path}/cluster.yaml`, 'utf8');
  return `\n## The inventory\n\n\`${path}\`\n\n\`\`\`yaml\n${text}\`\`\`\n`;
}

/** What each host must have, on Debian. */
async function renderedText(path: string): Promise<string> {
  const inventory = await inventoryAt(path);
  const render = renderer(await readTemplates());
  const hosts = inventory.hosts.map((host) => {
    const lines = resourcesOf(inventory, host, 'debian', render).flatMap(told);
    return `${host.name}\n${lines.map((text) => `  ${text}\n`).join('')}`;
  });
  return `\n## What the hosts get\n\nOn Debian; \`lvsform render -i ${path} -o DIR\` writes the documents themselves.\n\n\`\`\`text\n${hosts.join('\n')}\`\`\`\n`;
}

function told(resource: Resource): string[] {
  switch (resource.kind) {
    case 'cib':
    case 'node-name':
      return [];
    case 'address':
      return resource.want === 'expected'
        ? []
        : [`address ${resource.address}/${resource.prefix} on ${resource.interface}`];
    case 'block':
      return [`lines in ${resource.path}`];
    case 'file':
      return [`file ${resource.path}`];
    case 'gue-port':
      return [`GUE on UDP port ${resource.port}`];
    case 'ipvs-timeouts':
      return ['timeouts of connections'];
    case 'module':
      return [`module ${resource.name}`];
    case 'mount':
      return [`${resource.from} at ${resource.path} (${resource.type}, ${resource.options})`];
    case 'package':
      return [
        `package ${resource.name}${resource.unless === undefined ? '' : ` (unless it has ${resource.unless})`}`,
      ];
    case 'packet-filter':
      return [`packet filter ${resource.family}: ${resource.rules.length} rules`];
    case 'route':
      return [
        `route ${resource.to}${resource.via === undefined ? '' : ` via ${resource.via}`} dev ${resource.device}`,
      ];
    case 'rule':
      return [`rule from ${resource.from}`];
    case 'sync-daemon':
      return [`sync daemon ${resource.state}`];
    case 'sysctl':
      return [`${resource.key} = ${resource.value}`];
    case 'tunnel':
      return [`tunnel ${resource.device} (${resource.mode}) to ${resource.local}`];
    case 'unit':
      return [`service ${resource.name}${resource.enabled ? '' : ' (not started)'}`];
    case 'virtual-service':
      return [`ipvsadm -A ${resource.key}`];
  }
}
