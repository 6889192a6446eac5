// Who reads an answer that holds something of ours has to keep a pace: whoever takes nothing, or next to nothing, is cut off.
import { Readable } from 'node:stream';
import { Problem } from '../problems/problems.js';

export interface Pace {
  /** How far behind he may be; also where he takes nothing at all. */
  readonly graceMs: number;
  /** What he has to take at least, on the average. */
  readonly bytesPerSecond: number;
}

/** What time is it, and a call that can be taken back. */
export interface Timing {
  readonly now: () => number;
  readonly later: (ms: number, call: () => void) => () => void;
}

const realTime: Timing = {
  now: () => performance.now(),
  later(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/** The same bytes. While there is something to take and nobody takes it, the reader's time runs; while more is made, it does not. Destroyed with its source, and its source with it. */
export function paced(source: Readable, { graceMs, bytesPerSecond }: Pace, { now, later }: Timing = realTime): Readable {
  let left = graceMs;
  let since = 0;
  let forget = (): void => undefined;
  const waits = (): void => {
    since = now();
    forget = later(left, () => stream.destroy(new Problem('invalid_request', { status: 408, detail: 'The answer was read too slowly.' })));
  };
  const taken = (bytes: number): void => {
    forget();
    left = Math.min(graceMs, left - (now() - since) + (1_000 * bytes) / bytesPerSecond);
  };
  async function* chunks(): AsyncGenerator<Buffer, void, void> {
    for await (const chunk of source as AsyncIterable<Buffer | string>) {
      const bytes = Buffer.from(chunk);
      waits();
      yield bytes;
      taken(bytes.length);
    }
  }
  // It holds one chunk, so that whoever has not taken the last one is still waited for.
  const stream = Readable.from(chunks(), { objectMode: false, highWaterMark: 1 });
  stream.once('close', () => {
    forget();
    source.destroy();
  });
  return stream;
}
