import { forwardingModes } from '../../model/cluster.ts';
import { listed } from '../../model/engine-words.ts';
import { failoverEngines } from '../../model/failover.ts';
import { families } from '../../model/family.ts';
import type { Form } from '../command.ts';
import { flag, one } from '../option.ts';
import { common, fullOption, inventoryOption, jsonOption } from '../options.ts';
import { oneOf } from '../values.ts';

/** What the commands take that reach no host. */
export const inventoryForms = {
  init: [
    {
      usage: `[DIR] [--mode ${forwardingModes.join('|')}] [--failover ${failoverEngines.join('|')}]`,
      words: [0, 1],
      options: {
        ...common,
        mode: one(
          { value: 'MODE', help: 'forwarding mode: dr (default), nat, tun or fullnat' },
          oneOf(forwardingModes),
          'dr',
        ),
        failover: one(
          {
            value: 'ENGINE',
            help: `add a second director with this engine: ${listed(failoverEngines, 'or')}; default none`,
          },
          oneOf(['none', ...failoverEngines]),
          'none',
        ),
      },
    },
  ],
  validate: [
    { usage: '[-i PATH]', options: { ...common, ...jsonOption, ...inventoryOption } },
    {
      usage: '--schema',
      flag: 'schema',
      options: { ...common, schema: flag('print the JSON Schema for editors instead') },
      instead: 'the schema is the same for all inventories, and is JSON already',
    },
  ],
  rules: [{ usage: '[RULE]', words: [0, 1], options: { ...common, ...jsonOption } }],
  render: [
    {
      usage: '[-i PATH] -o DIR [--family FAMILY]',
      options: {
        ...common,
        ...jsonOption,
        ...inventoryOption,
        output: one({ short: 'o', value: 'DIR', help: 'write to DIR/HOST/ABSOLUTE-PATH' }),
        family: one(
          { value: 'FAMILY', help: 'family of the hosts: debian (default), rhel7 or rhel6' },
          oneOf(families),
          'debian',
        ),
      },
    },
  ],
  show: [
    {
      usage: 'FILE',
      words: [1, 1],
      options: {
        ...common,
        ...jsonOption,
        ...fullOption,
        commands: flag('also show every command and file, in the order in which apply uses them'),
      },
      apart: [
        ['json', 'full'],
        ['json', 'commands'],
      ],
    },
  ],
  summary: [{ usage: 'FILE...', words: [1, Infinity], options: { ...common, ...jsonOption } }],
  secrets: [
    { usage: 'list', verbs: ['list'], options: { ...common, ...inventoryOption } },
    { usage: 'generate', verbs: ['generate'], options: { ...common, ...inventoryOption } },
    {
      usage: 'show|set|remove NAME',
      verbs: ['show', 'set', 'remove'],
      words: [1, 1],
      options: { ...common, ...inventoryOption },
    },
  ],
  demo: [{ usage: '', options: common }],
} as const satisfies Record<string, readonly Form[]>;
