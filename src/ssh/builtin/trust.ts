import { judge, type Knowledge } from '../host-key.ts';
import { nameOf } from '../known-hosts.ts';
import type { Route } from '../route.ts';

/** Decides for one connection whether the key that the host shows may be trusted. */
export class Trust {
  readonly #route: Route;
  readonly #name: string;
  readonly #knowledge: Knowledge;
  readonly #how: { readonly met: (key: Buffer) => void; readonly thorough: boolean };
  /** Why its key is not accepted. */
  problem: string | undefined;
  /** True if it showed a key of another type than its known keys. */
  isOther = false;

  /** `met` is called with the trusted key; with `thorough`, hashed names are tried before the host has shown its key. */
  constructor(
    route: Route,
    knowledge: Knowledge,
    how: { readonly met: (key: Buffer) => void; readonly thorough: boolean },
  ) {
    this.#route = route;
    this.#name = nameOf(route);
    this.#knowledge = knowledge;
    this.#how = how;
  }

  /** The types of the keys that are known for it. */
  get types(): string[] {
    return this.#knowledge.known.types(this.#name, this.#how.thorough);
  }

  /** What only OpenSSH can judge: certificates of hosts, and lists of revoked keys (KRL). */
  get beyond(): string | undefined {
    const { known, revoked } = this.#knowledge;
    if (revoked !== undefined && 'list' in revoked) return `the KRL ${this.#route.revoked}`;
    return known.needsCertificate(this.#name) ? '@cert-authority' : undefined;
  }

  async accepts(key: Buffer): Promise<boolean> {
    this.isOther = !this.#how.thorough && this.#knowledge.known.hasAnother(this.#name, key);
    this.problem = this.isOther
      ? 'another of its keys is known'
      : await judge(this.#route, this.#name, this.#knowledge, key).catch(String);
    if (this.problem === undefined) this.#how.met(key);
    return this.problem === undefined;
  }
}
