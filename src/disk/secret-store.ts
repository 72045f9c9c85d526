import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { UserError } from '../user-error.ts';
import { Secret } from '../model/secret.ts';
import { writeWhole } from './documents.ts';
import { refused } from './errors.ts';
import { readText } from './text.ts';

/** The store on the disk, beside the inventory: names are readable, values are encrypted (AES-256-GCM). */
interface Sealed {
  readonly version: 1;
  /** The salt for the key that scrypt makes from the passphrase. */
  readonly salt: string;
  /** An empty text, encrypted: it tells whether a passphrase is that of a store without secrets. Older stores have none. */
  readonly check?: Entry;
  readonly secrets: Readonly<Record<string, Entry>>;
}

interface Entry {
  readonly nonce: string;
  readonly tag: string;
  readonly text: string;
}

/** The check stands under a name that no secret has. */
const checkName = '';

/** The cost of scrypt: 2^15 times 8 blocks, about 0.1 s and 32 MiB. */
const cost = { N: 32_768, r: 8, p: 1, maxmem: 67_108_864 };

/** The least characters of a passphrase for a new store: anyone with the file can try any number of them. */
const shortest = 12;

/** Secrets in an encrypted file that can be kept in git. */
export class SecretStore {
  readonly #path: string;
  readonly #key: Buffer;
  readonly #salt: string;
  readonly #sealed: Map<string, Entry>;

  private constructor(path: string, passphrase: Secret, sealed: Sealed) {
    this.#path = path;
    this.#salt = sealed.salt;
    this.#key = scryptSync(passphrase.reveal(), Buffer.from(sealed.salt, 'base64'), 32, cost);
    this.#sealed = new Map(Object.entries(sealed.secrets));
  }

  /**
   * Opens the store at `path`, or an empty one if there is none. Throws UserError for a wrong passphrase, and for a short one
   * if the store is new.
   */
  static async open(path: string, passphrase: Secret): Promise<SecretStore> {
    const sealed = (await readSealed(path)) ?? {
      version: 1,
      salt: randomBytes(16).toString('base64'),
      secrets: {},
    };
    if (sealed.check === undefined && Object.keys(sealed.secrets).length === 0) refuseShort(passphrase);
    const store = new SecretStore(path, passphrase, sealed);
    if (sealed.check !== undefined) store.#opened(checkName, sealed.check);
    for (const name of store.#sealed.keys()) store.get(name);
    return store;
  }

  get(name: string): Secret | undefined {
    const entry = this.#sealed.get(name);
    return entry === undefined ? undefined : this.#opened(name, entry);
  }

  #opened(name: string, entry: Entry): Secret {
    const [nonce, tag, text] = [entry.nonce, entry.tag, entry.text].map((each) =>
      Buffer.from(each, 'base64'),
    );
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce!);
      decipher.setAAD(Buffer.from(name)).setAuthTag(tag!);
      return new Secret(Buffer.concat([decipher.update(text!), decipher.final()]).toString('utf8'));
    } catch (error) {
      throw new UserError(`${this.#path} cannot be opened with this passphrase`, { cause: error });
    }
  }

  set(name: string, secret: Secret): void {
    this.#sealed.set(name, this.#entry(name, secret));
  }

  #entry(name: string, secret: Secret): Entry {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(name));
    const text = Buffer.concat([cipher.update(secret.reveal(), 'utf8'), cipher.final()]);
    return {
      nonce: nonce.toString('base64'),
      tag: cipher.getAuthTag().toString('base64'),
      text: text.toString('base64'),
    };
  }

  remove(name: string): void {
    this.#sealed.delete(name);
  }

  async save(): Promise<void> {
    const secrets = Object.fromEntries([...this.#sealed].toSorted(([a], [b]) => a.localeCompare(b)));
    const check = this.#entry(checkName, new Secret(''));
    const sealed: Sealed = { version: 1, salt: this.#salt, check, secrets };
    await writeWhole(this.#path, `${JSON.stringify(sealed, null, 2)}\n`, 0o600);
  }
}

function refuseShort(passphrase: Secret): void {
  if (Array.from(passphrase.reveal()).length >= shortest) return;
  throw new UserError(`the passphrase of a new store of secrets needs at least ${shortest} characters`, {
    hint: 'choose a longer one: anyone with the file can guess a short one',
  });
}

/** The names of a store's secrets, which need no passphrase. */
export async function storedNames(path: string): Promise<string[]> {
  return Object.keys((await readSealed(path))?.secrets ?? {});
}

async function readSealed(path: string): Promise<Sealed | undefined> {
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    return refused(`cannot read the store of secrets ${path}`)(error);
  });
  if (there === undefined) return undefined;
  const sealed = parsed(await readText(path, 'the store of secrets'), path);
  if (!isObject(sealed)) throw new UserError(`${path} is not a store of secrets`);
  if (sealed['version'] !== 1) throw new UserError(`${path} is a store of another version`);
  if (!isSealed(sealed)) throw new UserError(`${path} is not a whole store of secrets`);
  return sealed;
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${path} is not a store of secrets`, { cause: error });
  }
}

function isSealed(value: Record<string, unknown>): value is Record<string, unknown> & Sealed {
  const { salt, check, secrets } = value;
  return (
    typeof salt === 'string' &&
    isObject(secrets) &&
    [...Object.values(secrets), ...(check === undefined ? [] : [check])].every(isEntry)
  );
}

function isEntry(value: unknown): boolean {
  return isObject(value) && ['nonce', 'tag', 'text'].every((key) => typeof value[key] === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
