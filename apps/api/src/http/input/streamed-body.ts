// A body that is read as it comes, since it may be larger than what a process can hold.
import { createHash } from 'node:crypto';
import { Problem } from '../problems/problems.js';

export class StreamedBody {
  private readonly hash = createHash('sha256');
  private digested: Buffer | undefined;

  constructor(private readonly payload: AsyncIterable<Buffer>) {}

  /** Once. Throws 413 for more than `bytesMost`, and where whoever sends goes away before the end. */
  async *pieces(bytesMost: number): AsyncGenerator<Buffer, void, void> {
    let length = 0;
    for await (const piece of this.payload) {
      length += piece.length;
      if (length > bytesMost) throw new Problem('invalid_request', { status: 413, detail: `The body is larger than ${bytesMost} bytes.` });
      this.hash.update(piece);
      yield piece;
    }
    this.digested = this.hash.digest();
  }

  /** SHA-256 of the whole body, once it was read. */
  digest(): Buffer {
    if (!this.digested) throw new Error('the body has not been read to its end');
    return this.digested;
  }
}
