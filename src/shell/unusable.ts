import { short } from '../text/clean.ts';

const mostSaid = 2000;

/** A host's answer cannot be used. The message tells users why, and is cut if the host's words are long. */
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

/** The manifest file is not one that lvsform has written. */
export class DamagedManifest extends UnusableManifest {
  override readonly name = 'DamagedManifest';
}
