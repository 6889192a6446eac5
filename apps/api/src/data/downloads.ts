// How many downloads of accounts' data are made at once; each ends with whoever waits for it.
import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { NoTurn, Turns } from '#postgres';
import { categories } from '#retained-data';
import { Problem } from '../http/problems/problems.js';
import { SETTINGS, type ApiSettings } from '../http/server/settings.js';

const retryAfter = { 'retry-after': '5' } as const;

@Injectable()
export class Downloads {
  private readonly exports: Turns;
  private readonly categories: Turns;

  constructor(@Inject(SETTINGS) { exportsAtOnce }: Pick<ApiSettings, 'exportsAtOnce'>) {
    this.exports = new Turns(exportsAtOnce, { mostOf: 1 });
    this.categories = new Turns(exportsAtOnce * categories.length, { mostOf: categories.length });
  }

  /** Everything of an account, one at a time. `make` is called in its turn, and what it makes is destroyed when `gone` aborts. Throws `too_many_requests`. */
  async export(accountId: string, gone: AbortSignal, make: () => Promise<Readable>): Promise<Readable> {
    return inTurn(await taken(this.exports, accountId), gone, make);
  }

  /** A category of an account's data, all of them at a time. As {@link export}. */
  async category(accountId: string, gone: AbortSignal, make: () => Promise<AsyncIterable<string>>): Promise<Readable> {
    return inTurn(await taken(this.categories, accountId), gone, async () => Readable.from(await make(), { objectMode: false }));
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

/** The turn ends with the stream, however that ends. */
async function inTurn(give: () => void, gone: AbortSignal, make: () => Promise<Readable>): Promise<Readable> {
  try {
    const stream = await make();
    stream.once('close', give);
    if (gone.aborted) stream.destroy();
    else gone.addEventListener('abort', () => stream.destroy());
    return stream;
  } catch (error) {
    give();
    throw error;
  }
}
