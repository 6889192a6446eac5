// Bytes that come in pieces, held as one: a thousand small pieces would take a hundred times what they hold.

const leastRoom = 1_024;

export class Collected {
  private room = Buffer.alloc(0);
  private held = 0;

  get length(): number {
    return this.held;
  }

  add(piece: Buffer): void {
    const needed = this.held + piece.length;
    if (needed > this.room.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(leastRoom, 2 * this.room.length, needed));
      this.room.copy(larger, 0, 0, this.held);
      this.room = larger;
    }
    piece.copy(this.room, this.held);
    this.held = needed;
  }

  /** What was added, and nothing is held of it any more. */
  take(): Buffer {
    const bytes = this.room.subarray(0, this.held);
    [this.room, this.held] = [Buffer.alloc(0), 0];
    return bytes;
  }
}
