import type { Form } from '../command.ts';
import { flag, one } from '../option.ts';
import {
  cautionOptions,
  common,
  connectionOption,
  connectionOptions,
  forceOption,
  forgetOption,
  fullOption,
  hostOptions,
  inventoryOption,
  jsonOption,
  shardOption,
  takeOverOption,
  viaOption,
  yesOption,
} from '../options.ts';
import { wholeNumber } from '../values.ts';

/** With --lab, the lab says how to reach the hosts. */
const labApart = [['lab', 'ssh-config']] as const;
const viaApart = [...labApart, ['lab', 'via']] as const;

/** Both say which hosts are meant. */
const shardApart = [['shard', 'limit']] as const;

/** The forms of the commands that reach the hosts of an inventory. */
export const hostForms = {
  plan: [
    {
      usage: '[-i PATH] [-o FILE]',
      options: {
        ...common,
        ...jsonOption,
        ...inventoryOption,
        ...hostOptions,
        ...shardOption,
        ...viaOption,
        ...forgetOption,
        ...takeOverOption,
        ...fullOption,
        ...cautionOptions,
        output: one({ short: 'o', value: 'FILE', help: 'save the plan to FILE, for apply' }),
        destroy: flag('plan the removal of everything that lvsform set up'),
        'detailed-exitcode': flag('exit with 2 if there are changes'),
      },
      apart: [
        ...viaApart,
        ...shardApart,
        ['json', 'full'],
        ['destroy', 'allow'],
        ['destroy', 'keep-weights'],
        ['destroy', 'take-over'],
      ],
    },
  ],
  apply: [
    {
      usage: '[-i PATH] [--yes]',
      options: {
        ...common,
        ...jsonOption,
        ...inventoryOption,
        ...hostOptions,
        ...shardOption,
        ...viaOption,
        ...forgetOption,
        ...takeOverOption,
        ...fullOption,
        ...cautionOptions,
        ...forceOption,
        ...yesOption,
      },
      apart: [...viaApart, ...shardApart],
    },
    {
      usage: 'FILE [-i PATH]',
      words: [1, 1],
      options: {
        ...common,
        ...jsonOption,
        ...inventoryOption,
        ...connectionOptions,
        ...viaOption,
        ...fullOption,
        ...forceOption,
        ...yesOption,
      },
      apart: viaApart,
      instead: 'a saved plan is applied as it is: give the option to lvsform plan',
    },
  ],
  destroy: [
    {
      usage: '[-i PATH] [--yes]',
      options: {
        ...common,
        ...jsonOption,
        ...inventoryOption,
        ...hostOptions,
        ...shardOption,
        ...viaOption,
        ...forgetOption,
        ...fullOption,
        ...forceOption,
        ...yesOption,
      },
      apart: [...viaApart, ...shardApart],
    },
  ],
  forget: [
    {
      usage: 'HOST... [-i PATH] [--yes]',
      words: [1, Infinity],
      options: { ...common, ...jsonOption, ...inventoryOption, ...connectionOptions, ...yesOption },
      apart: labApart,
    },
  ],
  lock: [
    {
      usage: 'status [HOST] [-i PATH]',
      verbs: ['status'],
      words: [0, 1],
      options: { ...common, ...jsonOption, ...inventoryOption, ...hostOptions },
      apart: labApart,
    },
    {
      usage: 'release HOST [-i PATH] [--yes]',
      verbs: ['release'],
      words: [1, 1],
      options: {
        ...common,
        ...jsonOption,
        ...inventoryOption,
        ...connectionOption,
        ...yesOption,
        force: flag('kill the processes of the transaction instead of having it undo its work'),
      },
      apart: labApart,
    },
  ],
  verify: [
    {
      usage: '[-i PATH]',
      options: {
        ...common,
        ...jsonOption,
        ...inventoryOption,
        ...hostOptions,
        ...shardOption,
        ...viaOption,
        ...fullOption,
        requests: one(
          {
            value: 'N',
            help: 'requests to each service from each probe; default: whole rounds of its weights, 12 to 120',
          },
          wholeNumber(100_000),
        ),
      },
      apart: [...viaApart, ...shardApart, ['json', 'full']],
    },
  ],
} as const satisfies Record<string, readonly Form[]>;
