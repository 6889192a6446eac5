// How many downloads of accounts' data are made at once; each ends with whoever waits for it, and with whoever is too slow to read it.
import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { NoTurn, Turns } from '#postgres';
import { categories } from '#retained-data';
import { paced, type Pace } from '../http/answers/pace.js';
import { Problem } from '../http/problems/problems.js';
import { SETTINGS, type ApiSettings } from '../http/server/settings.js';

const retryAfter = { 'retry-after': '5' } as const;

@Injectable()
export class Downloads {
  private readonly exports: Turns;
  private readonly categories: Turns;
  private readonly pace: Pace;

  constructor(@Inject(SETTINGS) { exportsAtOnce, downloadPace }: Pick<ApiSettings, 'exportsAtOnce' | 'downloadPace'>) {
    this.pace = downloadPace;
    this.exports = new Turns(exportsAtOnce, { mostOf: 1 });
    this.categories = new Turns(exportsAtOnce * categories.length, { mostOf: categories.length });
  }

  /** Everything of an account, one at a time. `make` is called in its turn, and what it makes is destroyed when `gone` aborts. Throws `too_many_requests`. */
  async export(accountId: string, gone: AbortSignal, make: () => Promise<Readable>): Promise<Readable> {
    return this.inTurn(await taken(this.exports, accountId), gone, make);
  }

  /** A category of an account's data, all of them at a time. As {@link export}. */
  async category(accountId: string, gone: AbortSignal, make: () => Promise<AsyncIterable<string>>): Promise<Readable> {
    return this.inTurn(await taken(this.categories, accountId), gone, async () => Readable.from(await make(), { objectMode: false }));
  }

  /** The turn ends with the stream, however that ends. */
  private async inTurn(give: () => void, gone: AbortSignal, make: () => Promise<Readable>): Promise<Readable> {
    try {
      const stream = paced(await make(), this.pace);
      stream.once('close', give);
      if (gone.aborted) stream.destroy();
      else gone.addEventListener('abort', () => stream.destroy());
      return stream;
    } catch (error) {
      give();
      throw error;
    }
  }
}

async function taken(turns: Turns, accountId: string): Promise<() => void> {
  try {
    return await turns.take({ of: accountId, waitMs: 0 });
  } catch (error) {
    if (!(error instanceof NoTurn)) throw error;
    throw new Problem('too_many_requests', { detail: 'As many downloads are under way as may be at once: wait until one has ended.', headers: retryAfter });
  }
}
