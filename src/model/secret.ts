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
  /** An SSH key is made of it; see `sshKeyForms`. */
  readonly form?: 'ssh-key';
}

export type Secrets = ReadonlyMap<string, Secret>;

/** What stands for a secret, or its first characters, in a document until the document goes to its host. */
export function secretToken(name: string, length?: number): string {
  return `@@secret:${name}${length === undefined ? '' : `:${length}`}@@`;
}

/** A text with its secrets in their places. Throws TypeError for one that is not known. */
export function revealed(text: string, secrets: Secrets): string {
  return text.replaceAll(/@@secret:([^@:\s]+)(?::(\d+))?@@/g, (_, name: string, length?: string) => {
    const secret = secrets.get(name);
    if (secret === undefined) throw new TypeError(`the secret ${name} is not known`);
    return length === undefined ? secret.reveal() : secret.reveal().slice(0, Number(length));
  });
}
