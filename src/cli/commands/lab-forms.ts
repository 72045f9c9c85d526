import { powerVerbs } from '../../lab/power.ts';
import type { Form } from '../command.ts';
import { flag, one } from '../option.ts';
import { common, inventoryOption, jsonOption } from '../options.ts';
import { plainName } from '../values.ts';

const whichLab = {
  ...common,
  ...inventoryOption,
  name: one(
    { value: 'NAME', help: 'name of the lab; default: made from the path of the inventory' },
    plainName,
  ),
};

/** A lab that is up is named by its name, or by its inventory. */
const apart = [['name', 'inventory']] as const;

export const labForms = [
  {
    usage: 'up [-i PATH] [--name NAME] [--bare]',
    verbs: ['up'],
    options: {
      ...whichLab,
      ...jsonOption,
      bare: flag('build hosts without the packages that apply would install'),
    },
  },
  {
    usage: 'down --all',
    verbs: ['down'],
    flag: 'all',
    options: { ...common, all: flag('remove every lab') },
  },
  { usage: 'down', verbs: ['down'], options: whichLab, apart },
  { usage: 'status', verbs: ['status', ''], options: { ...whichLab, ...jsonOption }, apart },
  { usage: 'reset', verbs: ['reset'], options: whichLab, apart },
  {
    usage: 'ssh|exec HOST [-- COMMAND]',
    verbs: ['ssh', 'exec'],
    words: [1, Infinity],
    options: whichLab,
    apart,
  },
  {
    usage: `${powerVerbs.join('|')} HOST`,
    verbs: powerVerbs,
    words: [1, 1],
    options: whichLab,
    apart,
  },
] as const satisfies readonly Form[];
