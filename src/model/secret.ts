import { escaped } from '../net/xml.ts';

/** A value that no output can print: text, JSON and inspection all show `[secret]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one place that must pass it on. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }
}

/** Where a secret comes from: the environment, the output of a command, or the encrypted file beside the inventory. */
export type SecretSource =
  | { readonly from: 'env'; readonly name: string }
  | { readonly from: 'command'; readonly command: string }
  | { readonly from: 'store' };

/** A secret that an inventory needs, by its name: `web/failover`. */
export interface SecretNeed {
  readonly name: string;
  readonly source: SecretSource;
  /** `ssh-key`: an SSH key is made from it (see `sshKeyForms`). `given`: others have set it, so it cannot be generated. */
  readonly form?: 'ssh-key' | 'given';
}

export type Secrets = ReadonlyMap<string, Secret>;

/** A place for a secret in a document of ours: for all of it, for its first characters, or for its XML form. */
export interface SecretPart {
  readonly secret: string;
  readonly form?: SecretForm;
}

/** How many characters of a secret are written, or in which form. */
export type SecretForm = number | 'xml';

/**
 * A document: plain text, or parts with the places of secrets between them. Text is never searched for places, so a text from
 * an inventory or a host that looks like a place is not changed.
 */
export type Text = string | readonly (string | SecretPart)[];

/** No text from outside can contain this mark, not even by a guess; it never leaves the process, see `textOf`. */
const mark = Array.from({ length: 4 }, () => Math.random().toString(36).slice(2)).join('');
const marked = new RegExp(`@@${mark}:([^@:\\s]+)(?::(\\d+|xml))?@@`);

/** The token that a template gets instead of a secret; `textOf` makes a part of it. */
export function secretToken(name: string, form?: SecretForm): string {
  return `@@${mark}:${name}${form === undefined ? '' : `:${form}`}@@`;
}

/** True if a text has a token of `secretToken`. */
export function hasToken(text: string): boolean {
  return text.includes(mark);
}

/** True if any text in a value, or any key, has such a token. */
export function hasTokenAnywhere(value: unknown): boolean {
  if (typeof value === 'string') return hasToken(value);
  if (typeof value !== 'object' || value === null) return false;
  for (const key in value) {
    if (hasToken(key) || hasTokenAnywhere((value as Record<string, unknown>)[key])) return true;
  }
  return false;
}

/** A rendered text as a document: its tokens become parts. Each document of ours is converted once. */
export function textOf(made: string): Text {
  if (!hasToken(made)) return made;
  // Each match has two groups: text, name, length, text ...
  const pieces = made.split(marked);
  return pieces.flatMap((piece, index): (string | SecretPart)[] => {
    if (index % 3 === 0) return piece === '' ? [] : [piece];
    if (index % 3 === 2) return [];
    const form = pieces[index + 1];
    return [{ secret: piece, ...(form === undefined ? {} : { form: form === 'xml' ? form : Number(form) }) }];
  });
}

/** Joins two documents. */
export function joinedText(one: Text, other: Text): Text {
  if (typeof one === 'string' && typeof other === 'string') return one + other;
  return [one, other].flat();
}

/** A document as it is shown: with `@@secret:web/failover@@` instead of the secret. */
export function shownText(text: Text): string {
  if (typeof text === 'string') return text;
  return text.map((part) => (typeof part === 'string' ? part : shownPart(part))).join('');
}

function shownPart({ secret, form }: SecretPart): string {
  return `@@secret:${secret}${form === undefined ? '' : `:${form}`}@@`;
}

/** A document names a secret whose value is not known. */
export class UnknownSecret extends Error {
  override readonly name = 'UnknownSecret';
}

/** A document with the values of its secrets. Throws UnknownSecret. */
export function revealed(text: Text, secrets: Secrets): string {
  if (typeof text === 'string') return text;
  return text.map((part) => (typeof part === 'string' ? part : valueOf(part, secrets))).join('');
}

function valueOf({ secret: name, form }: SecretPart, secrets: Secrets): string {
  const secret = secrets.get(name);
  if (secret === undefined) throw new UnknownSecret(`the secret ${name} is not known`);
  if (form === 'xml') return escaped(secret.reveal());
  return form === undefined ? secret.reveal() : secret.reveal().slice(0, form);
}
