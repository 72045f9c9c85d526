import type { OptionSpecs } from './args.ts';
import { failureSize, loginName, oneOf, size, wholeNumber } from './values.ts';

export type { Args, OptionSpecs } from './args.ts';

export const jsonOption: OptionSpecs = {
  json: { type: 'boolean', help: 'print results as JSON, one event per line' },
};

/** The options of every form of every command. */
export const common: OptionSpecs = {
  'no-color': { type: 'boolean', help: 'no colours (like NO_COLOR)' },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
};

export const inventoryOption: OptionSpecs = {
  inventory: {
    type: 'string',
    short: 'i',
    value: 'PATH',
    help: 'inventory file or directory; default $LVSFORM_INVENTORY, then ./inventory.yaml',
  },
};

/** Options for how hosts are reached. */
export const connectionOptions: OptionSpecs = {
  parallelism: {
    type: 'string',
    value: 'N',
    help: 'how many hosts at once; default 50',
    check: wholeNumber(10_000),
  },
  lab: {
    type: 'boolean',
    help: "use the hosts of this inventory's lab (lvsform lab up) instead of the real ones",
  },
  'ssh-config': { type: 'string', value: 'FILE', help: 'ssh_config to use; default ~/.ssh/config' },
  user: {
    type: 'string',
    value: 'NAME',
    help: 'login name; overrides inventory and ssh_config',
    check: loginName,
  },
  port: {
    type: 'string',
    value: 'N',
    help: 'port of sshd; overrides inventory and ssh_config',
    check: wholeNumber(65_535),
  },
  identity: { type: 'string', value: 'FILE', help: 'private key; overrides inventory and ssh_config' },
  'host-key': {
    type: 'string',
    value: 'HOW',
    help: 'strict (default): known keys only; accept-new: also keys of unknown hosts; off: any key',
    check: oneOf(['strict', 'accept-new', 'off']),
  },
  timeout: {
    type: 'string',
    value: 'SECONDS',
    help: 'limit for each wait for a connection (default 10, with --lab 30), and for new tries if it is closed (60)',
    check: wholeNumber(3600),
  },
  silence: {
    type: 'string',
    value: 'SECONDS',
    help: 'give up on a host that sends nothing for this long while it works; default 600',
    check: wholeNumber(86_400),
  },
  'read-timeout': {
    type: 'string',
    value: 'SECONDS',
    help: 'limit for reading one host as a whole; default 120',
    check: wholeNumber(86_400),
  },
};

/** Options for which hosts are meant, and how they are reached. */
export const hostOptions: OptionSpecs = {
  limit: {
    type: 'string',
    multiple: true,
    value: 'HOSTS',
    help: 'only these: hosts (* matches anything), groups, clusters, directors, real-servers; separated by commas',
  },
  exclude: { type: 'string', multiple: true, value: 'HOSTS', help: 'all hosts but these' },
  ...connectionOptions,
};

export const forgetOption: OptionSpecs = {
  forget: {
    type: 'string',
    multiple: true,
    value: 'HOST',
    help: 'drop a host that left the inventory and is gone for good',
  },
};

export const takeOverOption: OptionSpecs = {
  'take-over': {
    type: 'string',
    multiple: true,
    value: 'INVENTORY',
    help: 'take over the hosts of the inventory with this name (apply needs --force)',
  },
};

export const fullOption: OptionSpecs = {
  full: { type: 'boolean', help: 'show every line of new documents' },
};

/** Options for how much a plan does at once, and what it leaves alone. */
export const cautionOptions: OptionSpecs = {
  'keep-weights': { type: 'boolean', help: 'keep weights that were changed at run time' },
  'switch-over': {
    type: 'boolean',
    help: 'the director that holds the VIPs hands them over before it is changed',
  },
  allow: {
    type: 'string',
    multiple: true,
    value: 'WHAT',
    help: 'only these kinds of action: add, edit, remove; the others are held back and listed',
    check: oneOf(['add', 'edit', 'remove']),
  },
  batch: {
    type: 'string',
    multiple: true,
    value: 'SIZES',
    help: 'real servers in batches: with 1,25% one first, then a quarter of them at a time',
    check: size,
  },
  'max-failures': {
    type: 'string',
    value: 'N',
    help: 'start no more hosts once more than N, or N%, have failed; default: no limit, or 0 with --batch',
    check: failureSize,
  },
};

export const forceOption: OptionSpecs = {
  force: { type: 'boolean', help: 'apply the plan despite its dangers' },
};

export const yesOption: OptionSpecs = {
  yes: {
    type: 'boolean',
    short: 'y',
    help: 'do not ask for confirmation; a saved plan is applied without asking',
  },
};
