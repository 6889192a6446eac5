// A document that is too large to be held, as its lines while it comes: numbered as an editor numbers them, blank ones left out.
import { Collected } from './collected.js';

/** Of one line, its end not counted. */
export const lineBytesMax = 1_048_576;

export interface StreamedLine {
  readonly line: number;
  /** `null`: it is longer than a line may be. */
  readonly bytes: Buffer | null;
  /** Whether the file ends with it, without the end of a line. */
  readonly open: boolean;
}

const lineFeed = 0x0a;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Lines end with a line feed, the last one may do without; a byte-order mark before the first one is no part of it. */
export async function* streamedLines(pieces: AsyncIterable<Buffer>): AsyncGenerator<StreamedLine, void, void> {
  let line = 1;
  const parts = new Collected();
  let length = 0;
  const take = (piece: Buffer): void => {
    length += piece.length;
    // What is too long is not kept, only read over.
    if (length <= lineBytesMax) parts.add(piece);
  };
  const ended = (open: boolean): StreamedLine => {
    const bytes = parts.take();
    const found = { line, bytes: length > lineBytesMax ? null : withoutMark(bytes, line), open };
    length = 0;
    line += 1;
    return found;
  };
  for await (const piece of pieces) {
    let from = 0;
    for (let end = piece.indexOf(lineFeed); end !== -1; end = piece.indexOf(lineFeed, from)) {
      take(piece.subarray(from, end));
      from = end + 1;
      const found = ended(false);
      if (holdsSomething(found)) yield found;
    }
    take(piece.subarray(from));
  }
  const last = ended(true);
  if (holdsSomething(last)) yield last;
}

const withoutMark = (bytes: Buffer, line: number): Buffer => (line === 1 && bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? bytes.subarray(byteOrderMark.length) : bytes);

const space = new Set([0x20, 0x09, 0x0d]);

const holdsSomething = ({ bytes }: StreamedLine): boolean => bytes === null || bytes.some((byte) => !space.has(byte));
