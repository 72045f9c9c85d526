import { powerVerbs } from '../../lab/power.ts';
import type { Form } from '../command.ts';
import { common, inventoryOption, jsonOption, type OptionSpecs } from '../options.ts';
import { plainName } from '../values.ts';

const whichLab: OptionSpecs = {
  ...common,
  ...inventoryOption,
  name: {
    type: 'string',
    value: 'NAME',
    help: 'name of the lab; default: made from the path of the inventory',
    check: plainName,
  },
};

/** A lab that is up is named by its name, or by its inventory. */
const apart = [['name', 'inventory']] as const;

export const labForms: readonly [Form, ...Form[]] = [
  {
    usage: 'up [-i PATH] [--name NAME] [--bare]',
    verbs: ['up'],
    options: {
      ...whichLab,
      ...jsonOption,
      bare: { type: 'boolean', help: 'build hosts without the packages that apply would install' },
    },
  },
  {
    usage: 'down --all',
    verbs: ['down'],
    flag: 'all',
    options: { ...common, all: { type: 'boolean', help: 'remove every lab' } },
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
];
