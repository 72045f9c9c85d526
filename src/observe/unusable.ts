/** What a host answered cannot be used; the message says why, to people. */
export class UnusableAnswer extends Error {
  override readonly name: string = 'UnusableAnswer';
}

/** The manifest on a host cannot be used. */
export class UnusableManifest extends UnusableAnswer {
  override readonly name = 'UnusableManifest';
}
