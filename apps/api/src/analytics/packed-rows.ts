// Rows that are read at the pace of the database and sent at that of who reads them: in between they lie in memory, a page at a time deflated.
import { promisify } from 'node:util';
import { constants, deflateRaw, inflateRaw } from 'node:zlib';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Rows are as JSON has them. */
export class PackedRows<Row> implements AsyncIterable<Row> {
  private readonly pages: Buffer[] = [];
  private bytesNow = 0;

  /** What they take. */
  get bytes(): number {
    return this.bytesNow;
  }

  async add(rows: readonly Row[]): Promise<void> {
    const page = await deflate(JSON.stringify(rows), { level: constants.Z_BEST_SPEED });
    this.pages.push(page);
    this.bytesNow += page.length;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void, void> {
    for (const page of this.pages) yield* JSON.parse((await inflate(page)).toString()) as Row[];
  }
}
