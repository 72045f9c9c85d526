import { escaped } from '../net/xml.ts';

/** A value that no output can print: text, JSON and inspection all say `[secret]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one place that has to hand it over. */
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

/** Where a secret comes from: the environment, what a command prints, or the encrypted file beside the inventory. */
export type SecretSource =
  | { readonly from: 'env'; readonly name: string }
  | { readonly from: 'command'; readonly command: string }
  | { readonly from: 'store' };

/** A secret that an inventory needs, by its name: `web/failover`. */
export interface SecretNeed {
  readonly name: string;
  readonly source: SecretSource;
  /** An SSH key is made of it (see `sshKeyForms`); or it is what somebody else has given out, and cannot be generated. */
  readonly form?: 'ssh-key' | 'given';
}

export type Secrets = ReadonlyMap<string, Secret>;

/** A place in a document of ours that a secret fills: whole, by its first characters, or as XML has it. */
export interface SecretPart {
  readonly secret: string;
  readonly form?: SecretForm;
}

/** How many characters of a secret, or how they are written. */
export type SecretForm = number | 'xml';

/**
 * A document: plain text, or parts with the places of secrets between them. Text is never searched for places, so what
 * an inventory or a host wrote can look like one and stays what it is.
 */
export type Text = string | readonly (string | SecretPart)[];

/** No text from outside can hold this by accident or by guess; it never leaves the process, see `textOf`. */
const mark = Array.from({ length: 4 }, () => Math.random().toString(36).slice(2)).join('');
const marked = new RegExp(`@@${mark}:([^@:\\s]+)(?::(\\d+|xml))?@@`);

/** What a template is given in the place of a secret; `textOf` makes a part of it. */
export function secretToken(name: string, form?: SecretForm): string {
  return `@@${mark}:${name}${form === undefined ? '' : `:${form}`}@@`;
}

/** True where a text has what `secretToken` makes. */
export function hasToken(text: string): boolean {
  return text.includes(mark);
}

/** What a template made, as a document: its tokens become parts. Each document of ours goes through it once. */
export function textOf(made: string): Text {
  if (!hasToken(made)) return made;
  // A match brings two groups along: text, name, length, text ...
  const pieces = made.split(marked);
  return pieces.flatMap((piece, index): (string | SecretPart)[] => {
    if (index % 3 === 0) return piece === '' ? [] : [piece];
    if (index % 3 === 2) return [];
    const form = pieces[index + 1];
    return [{ secret: piece, ...(form === undefined ? {} : { form: form === 'xml' ? form : Number(form) }) }];
  });
}

/** Two documents as one. */
export function joinedText(one: Text, other: Text): Text {
  if (typeof one === 'string' && typeof other === 'string') return one + other;
  return [one, other].flat();
}

/** A document as people see it: `@@secret:web/failover@@` in the place of the secret. */
export function shownText(text: Text): string {
  if (typeof text === 'string') return text;
  return text.map((part) => (typeof part === 'string' ? part : shownPart(part))).join('');
}

function shownPart({ secret, form }: SecretPart): string {
  return `@@secret:${secret}${form === undefined ? '' : `:${form}`}@@`;
}

/** A document names a secret whose value is not at hand. */
export class UnknownSecret extends Error {
  override readonly name = 'UnknownSecret';
}

/** A document with its secrets in their places. Throws UnknownSecret. */
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
