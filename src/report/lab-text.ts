import { line } from '../shell/quote.ts';
import { cleanLine } from '../text/clean.ts';

/** What is shown about a lab. */
export interface ShownLab {
  readonly name: string;
  readonly inventory: string;
  readonly bare: boolean;
  readonly accelerator: string;
  readonly networks: readonly string[];
  readonly machines: readonly {
    readonly name: string;
    readonly roles: readonly string[];
    readonly port: number;
    readonly gateways: readonly string[];
    readonly links: readonly {
      readonly interface: string;
      readonly address: string;
      readonly prefix: number;
      readonly invented: boolean;
    }[];
  }[];
  readonly times: { readonly image: number | undefined; readonly boot: number };
}

export const labsText = 'No lab is up. To build one: lvsform lab up -i inventories/dr\n';

export function labText(shown: ShownLab, config: string): string {
  const lab = inLines(shown);
  const sshConfig = cleanLine(config);
  const width = Math.max(...lab.machines.map(({ name }) => name.length));
  const machines = lab.machines.map(({ name, roles, links, gateways }) => {
    const places = links.map(
      ({ interface: device, address, prefix, invented }) =>
        `${device} ${address}/${prefix}${invented ? '*' : ''}`,
    );
    const way = gateways.map((gateway) => `default via ${gateway}`);
    return `  ${name.padEnd(width)}  ${[...places, ...way].join(', ')}  (${roles.join(', ')})\n`;
  });
  const invented = lab.machines.some(({ links }) => links.some((link) => link.invented));
  return `${lab.name}: ${lab.inventory}${lab.bare ? ', bare' : ''}, ${lab.accelerator}
${machines.join('')}${invented ? '  * the inventory does not say it; the lab took a free one\n' : ''}  ${line(['ssh', '-F', sshConfig, lab.machines[0]!.name])}
`;
}

/** After `lab up`: the lab's hosts, how long it took, and what to do next. */
export function raisedText(shown: ShownLab, config: string, named: boolean): string {
  const lab = inLines(shown);
  const sshConfig = cleanLine(config);
  const { image, boot } = lab.times;
  const inventory = line(['-i', lab.inventory]);
  const option = named ? `--name ${lab.name}` : inventory;
  const reach = `${inventory} ${named ? line(['--ssh-config', sshConfig]) : '--lab'}`;
  return `${labText(lab, sshConfig)}
All hosts are up and blank: ${image === undefined ? '' : `image ${image.toFixed(1)} s, `}boot ${boot.toFixed(1)} s.
  lvsform apply ${reach}
  lvsform verify ${reach}
  lvsform lab exec ${option} ${lab.machines.find(({ roles }) => roles.includes('client'))?.name ?? 'client'} -- curl -s http://VIP/
  lvsform lab reset ${option}
  lvsform lab down ${option}
`;
}

/** A lab with each of its texts in one line: its names come from files. */
function inLines(lab: ShownLab): ShownLab {
  return JSON.parse(JSON.stringify(lab), (_, value: unknown) =>
    typeof value === 'string' ? cleanLine(value) : value,
  ) as ShownLab;
}
