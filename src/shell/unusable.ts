import { short } from '../text/clean.ts';

const mostSaid = 2000;

/** What a host answered cannot be used; the message says why, to people, and is cut where the host's words are long. */
export class UnusableAnswer extends Error {
  override readonly name: string = 'UnusableAnswer';

  constructor(message: string, options?: ErrorOptions) {
    super(short(message, mostSaid), options);
  }
}

/** The manifest on a host cannot be used. */
export class UnusableManifest extends UnusableAnswer {
  override readonly name: string = 'UnusableManifest';
}

/** What stands in the place of a manifest is none that lvsform has written. */
export class DamagedManifest extends UnusableManifest {
  override readonly name = 'DamagedManifest';
}
