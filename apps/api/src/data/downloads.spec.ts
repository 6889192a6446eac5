// Turns of downloads: given back by whoever does not read, kept by whoever does.
import { Readable, Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { Downloads } from './downloads.js';

const gone = new AbortController().signal;
const long = (): Readable => Readable.from(Array.from({ length: 50 }, () => Buffer.alloc(100_000)), { objectMode: false });
const never = (): Writable => new Writable({ write: () => undefined });

const close = (stream: Readable): Promise<void> => new Promise((closed) => void stream.once('close', () => closed()));

/** Who is cut off is told nothing more. */
const quiet = (stream: Readable): Readable => stream.on('error', () => undefined);

describe('the turn of a download', () => {
  it('is given back by readers who take nothing, so that others are served', async () => {
    const downloads = new Downloads({ exportsAtOnce: 4, downloadPace: { graceMs: 50, bytesPerSecond: 1 } });
    const asked = (accountId: string): Promise<Readable> => downloads.export(accountId, gone, () => Promise.resolve(long())).then(quiet);
    const held = await Promise.all(['a', 'b', 'c', 'd'].map(asked));
    await expect(asked('e')).rejects.toMatchObject({ code: 'too_many_requests' });
    await Promise.all(held.map(async (stream) => {
      const closed = close(stream);
      stream.pipe(never());
      await closed;
      expect(stream.errored).toMatchObject({ status: 408 });
    }));
    const served = await asked('e');
    served.destroy();
  });

  it('of a category as well', async () => {
    const downloads = new Downloads({ exportsAtOnce: 1, downloadPace: { graceMs: 50, bytesPerSecond: 1 } });
    async function* lines(): AsyncGenerator<string> {
      for (let count = 0; count < 50; count += 1) yield 'x'.repeat(100_000);
    }
    const stream = quiet(await downloads.category('a', gone, () => Promise.resolve(lines())));
    const closed = close(stream);
    stream.pipe(never());
    await closed;
    expect(stream.errored).toMatchObject({ status: 408 });
  });

  it('ends with who goes away', async () => {
    const downloads = new Downloads({ exportsAtOnce: 1, downloadPace: { graceMs: 600_000, bytesPerSecond: 1 } });
    const leaves = new AbortController();
    const stream = quiet(await downloads.export('a', leaves.signal, () => Promise.resolve(long())));
    const closed = close(stream);
    leaves.abort();
    await closed;
    (await downloads.export('b', gone, () => Promise.resolve(long()))).destroy();
  });
});
