import type { HostKeyPolicy } from '../ssh/route.ts';
import type { Transport } from '../ssh/transport.ts';
import { flag, list, one, type Values } from './option.ts';
import { failureSize, loginName, oneOf, shardNumber, size, wholeNumber } from './values.ts';

export const jsonOption = { json: flag('print results as JSON, one event per line') };

/** The options of every form of every command. */
export const common = {
  'no-color': flag('no colours (like NO_COLOR)'),
  help: flag('show this help', 'h'),
};

export const inventoryOption = {
  inventory: one({
    short: 'i',
    value: 'PATH',
    help: 'inventory file or directory; default $LVSFORM_INVENTORY, then ./inventory.yaml',
  }),
};

const hostKeyPolicies: readonly HostKeyPolicy[] = ['strict', 'accept-new', 'off'];

const transports: readonly Transport[] = ['auto', 'builtin', 'openssh'];

/** How one host is reached. */
export const connectionOption = {
  lab: flag("use the hosts of this inventory's lab (lvsform lab up) instead of the real ones"),
  'ssh-config': one({ value: 'FILE', help: 'ssh_config to use; default ~/.ssh/config' }),
  user: one({ value: 'NAME', help: 'login name; overrides inventory and ssh_config' }, loginName),
  port: one({ value: 'N', help: 'port of sshd; overrides inventory and ssh_config' }, wholeNumber(65_535)),
  identity: one({ value: 'FILE', help: 'private key; overrides inventory and ssh_config' }),
  'host-key': one(
    {
      value: 'HOW',
      help: 'strict (default): known keys only; accept-new: also keys of unknown hosts; off: any key',
    },
    oneOf(hostKeyPolicies),
  ),
  timeout: one(
    {
      value: 'SECONDS',
      help: 'limit for each wait for a connection (default 10, with --lab 30), and for new tries if it is closed (60)',
    },
    wholeNumber(3600),
  ),
  transport: one(
    {
      value: 'HOW',
      help: 'auto (default): lvsform speaks SSH itself, and OpenSSH where a host needs it; builtin; openssh',
    },
    oneOf(transports),
    'auto',
  ),
  verbose: flag('say which hosts OpenSSH reaches, and why'),
  silence: one(
    {
      value: 'SECONDS',
      help: 'give up on a host that sends nothing for this long while it works; default 600',
    },
    wholeNumber(86_400),
    600,
  ),
  'read-timeout': one(
    { value: 'SECONDS', help: 'limit for reading one host as a whole; default 120' },
    wholeNumber(86_400),
    120,
  ),
};

export const viaOption = {
  via: one({
    value: 'GATEWAY',
    help: 'have lvsform at this host ([USER@]HOST[:PORT]) reach the others, as its own ssh does',
  }),
};

/** Options for how hosts are reached. */
export const connectionOptions = {
  parallelism: one({ value: 'N', help: 'how many hosts at once; default 50' }, wholeNumber(10_000), 50),
  ...connectionOption,
};

/** Options for which hosts are meant, and how they are reached. */
export const hostOptions = {
  limit: list({
    value: 'HOSTS',
    help: 'only these: hosts (* matches anything), groups, clusters, directors, real-servers; separated by commas',
  }),
  exclude: list({ value: 'HOSTS', help: 'all hosts but these' }),
  ...connectionOptions,
};

export const shardOption = {
  shard: one(
    {
      value: 'K/N',
      help: 'only the K-th of N shards; clusters that share hosts are in one shard (docs/shards.md)',
    },
    shardNumber,
  ),
};

export const forgetOption = {
  forget: list({ value: 'HOST', help: 'drop a host that left the inventory and is gone for good' }),
};

export const takeOverOption = {
  'take-over': list({
    value: 'INVENTORY',
    help: 'take over the hosts of the inventory with this name (apply needs --force)',
  }),
};

export const fullOption = { full: flag('show every line of new documents') };

/** Options for how much a plan does at once, and what it leaves alone. */
export const cautionOptions = {
  'keep-weights': flag('keep weights that were changed at run time'),
  'switch-over': flag('the director that holds the VIPs hands them over before it is changed'),
  allow: list(
    {
      value: 'WHAT',
      help: 'only these kinds of action: add, edit, remove; the others are held back and listed',
    },
    oneOf(['add', 'edit', 'remove']),
  ),
  batch: list(
    {
      value: 'SIZES',
      help: 'real servers in batches: with 1,25% one first, then a quarter of them at a time',
    },
    size,
  ),
  'max-failures': one(
    {
      value: 'N',
      help: 'start no more hosts once more than N, or N%, have failed; default: no limit, or 0 with --batch',
    },
    failureSize,
  ),
};

export const forceOption = { force: flag('apply the plan despite its dangers') };

export const yesOption = {
  yes: flag('do not ask for confirmation; a saved plan is applied without asking', 'y'),
};

/** Which inventory is meant. */
export type InventoryValues = Values<typeof inventoryOption>;

/** How hosts are reached. */
export type ConnectionValues = Values<typeof connectionOption>;

/** What makes a plan; a command that does not take one of the last options has it as if it were not given. */
export type PlanningValues = Values<typeof hostOptions> &
  Partial<Values<typeof shardOption & typeof forgetOption & typeof takeOverOption & typeof cautionOptions>>;

/** What an apply heeds. */
export type ApplyingValues = InventoryValues &
  Values<typeof connectionOptions & typeof jsonOption & typeof yesOption> &
  Partial<Values<typeof fullOption & typeof forceOption>>;
