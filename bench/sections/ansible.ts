import { dirname, join } from 'node:path';
import { mkdir, writeFile } from 'node:fs/promises';
import { documentsOf } from '../by-hand.ts';
import { wall } from '../cells.ts';
import { type BenchHosts, canServe, needsRoot, withHosts } from '../hosts.ts';
import { inTurn, type Runs } from '../in-turn.ts';
import { clusterText, inventoryOf } from '../inventory.ts';
import { apply, planNothing } from '../lvsform.ts';
import { isInstalled, run, type Took } from '../process.ts';
import type { Section } from '../report.ts';
import { ratio, ratios } from '../statistics.ts';

const most = 50;

/** The documents alone, by Ansible with the settings that make it fastest. */
export const ansible: Section = {
  name: 'ansible',
  title: 'Beside Ansible',
  run: async ({ sizes, rounds }) => {
    if (!canServe()) return { parts: [needsRoot], figures: {} };
    if (!(await isInstalled('ansible-playbook')))
      return { parts: ['Not run: ansible-playbook is not installed.'], figures: {} };
    const { output } = await run(['ansible-playbook', '--version']);
    const rows: string[][] = [];
    const figures: Record<string, unknown> = {};
    for (const size of sizes.filter((each) => each <= most)) {
      const runs = await withHosts(clusterText(size), (hosts) => compared(hosts, size > 10 ? 1 : rounds));
      figures[size] = runs;
      rows.push([
        String(size),
        wall(runs.ours),
        wall(runs.peer),
        ratio(ratios(runs.peer.wall, runs.ours.wall)),
      ]);
    }
    return {
      parts: [
        `${output.split('\n')[0]}: pipelining, ${most} forks, no facts gathered, persistent connections that stand already. Ansible only checks that the documents are there,
by one loop over \`copy\`; lvsform as a whole process plans everything. Both find nothing to do.`,
        { head: ['hosts', 'lvsform', 'Ansible', 'Ansible ÷ lvsform'], rows },
      ],
      figures,
    };
  },
};

async function compared(hosts: BenchHosts, rounds: number): Promise<{ ours: Runs; peer: Runs }> {
  await apply(hosts);
  const words = await playbook(hosts);
  const env = {
    ANSIBLE_CONFIG: await hosts.write('ansible.cfg', '[defaults]\n'),
    ANSIBLE_PIPELINING: '1',
    ANSIBLE_FORKS: String(most),
    ANSIBLE_SSH_CONTROL_PATH_DIR: join(hosts.folder, 'cp'),
    ANSIBLE_LOCALHOST_WARNING: '0',
    LC_ALL: 'C.UTF-8',
  };
  const check = async (): Promise<Took> => {
    const took = await run(words, { env });
    const recap = took.output.match(/ok=\d+ +changed=0 +unreachable=0 +failed=0/g) ?? [];
    if (recap.length !== hosts.names.length)
      throw new Error(`Ansible found something to do: ${took.output.slice(-2000)}`);
    return took;
  };
  // Its connections stand from then on.
  await check();
  return inTurn(rounds, { peer: check, ours: () => planNothing(hosts) });
}

/** The documents of each host below a folder of its own, and a playbook that copies them in check mode. */
async function playbook(hosts: BenchHosts): Promise<string[]> {
  const documents = documentsOf(inventoryOf(clusterText(hosts.names.length)));
  const lines: string[] = [];
  for (const name of hosts.names) {
    const files = documents.get(name)!;
    for (const { path, content } of files) {
      const file = join(hosts.folder, 'documents', name, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    const list = JSON.stringify(files.map(({ path, mode }) => ({ path, mode })));
    lines.push(`${name} root=${hosts.root(name)} documents='${list}'`);
  }
  const inventory = await hosts.write('ansible.ini', `${lines.join('\n')}\n`);
  const text = `- hosts: all
  gather_facts: false
  tasks:
    - copy: { src: '${hosts.folder}/documents/{{ inventory_hostname }}{{ item.path }}', dest: '{{ root }}{{ item.path }}', mode: '{{ item.mode }}' }
      loop: '{{ documents }}'
`;
  const book = await hosts.write('playbook.yml', text);
  const options = [
    '--ssh-common-args',
    `-F ${await hosts.config()}`,
    '-e',
    'ansible_python_interpreter=/usr/bin/python3',
  ];
  return ['ansible-playbook', '--check', '-i', inventory, ...options, book];
}
