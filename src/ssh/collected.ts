/** Collects received bytes in one piece: a host may send them one by one, and each separate chunk costs a hundred bytes. */
export class Collected {
  /** How many bytes were received, kept or not. */
  size = 0;
  readonly #most: number;
  #room = Buffer.allocUnsafe(4096);
  #used = 0;

  /** Keeps the first `most` bytes. */
  constructor(most: number) {
    this.#most = most;
  }

  add(data: Buffer): void {
    this.size += data.length;
    const taken = data.subarray(0, this.#most - this.#used);
    const needed = this.#used + taken.length;
    if (needed > this.#room.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#room.length * 2));
      this.#room.copy(larger, 0, 0, this.#used);
      this.#room = larger;
    }
    taken.copy(this.#room, this.#used);
    this.#used = needed;
  }

  text(encoding: 'latin1' | 'utf8'): string {
    return this.#room.toString(encoding, 0, this.#used);
  }
}
