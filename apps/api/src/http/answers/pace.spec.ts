// Who is too slow to read is cut off; who reads, and who has to wait for us, is not. Time is told, and does not pass.
import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { paced, type Timing } from './pace.js';

const pace = { graceMs: 30_000, bytesPerSecond: 1_000 };
/** More than a stream holds by itself: each is waited for. */
const chunk = Buffer.alloc(100_000);

let now = 0;
let calls = new Map<object, { readonly at: number; readonly call: () => void }>();
const timing: Timing = {
  now: () => now,
  later(ms, call) {
    const key = {};
    calls.set(key, { at: now + ms, call });
    return () => void calls.delete(key);
  },
};
beforeEach(() => {
  now = 0;
  calls = new Map();
});

/** Lets everything happen that waits for no timer. */
const settle = async (): Promise<void> => {
  for (let count = 0; count < 20; count += 1) await turn();
};
async function pass(ms: number): Promise<void> {
  await settle();
  now += ms;
  for (const [key, { at, call }] of calls) if (at <= now && calls.delete(key)) call();
  await settle();
}

/** Reads when `take` is called, and not before. */
class Reader extends Writable {
  bytes = 0;
  private more: (() => void) | undefined;

  override _write(written: Buffer, _encoding: string, done: () => void): void {
    this.bytes += written.length;
    this.more = done;
  }

  take(): void {
    const { more } = this;
    this.more = undefined;
    more?.();
  }
}

function reading(source: Readable): { readonly stream: Readable; readonly reader: Reader } {
  const stream = paced(source, pace, timing);
  stream.on('error', () => undefined);
  return { stream, reader: stream.pipe(new Reader({ highWaterMark: 1 })) };
}

const many = (count: number): Readable => Readable.from(Array.from({ length: count }, () => chunk), { objectMode: false });

describe('a reader', () => {
  it('who takes nothing is cut off, and with him what is made for him', async () => {
    const source = many(50);
    const { stream } = reading(source);
    await pass(pace.graceMs - 1);
    expect(stream.destroyed).toBe(false);
    await pass(1);
    expect([stream.destroyed, source.destroyed]).toEqual([true, true]);
    expect(stream.errored).toMatchObject({ code: 'invalid_request', status: 408 });
  });

  it('who takes less than the least is cut off in the end', async () => {
    const { stream, reader } = reading(many(1_000));
    for (let taken = 0; taken < 500 && !stream.destroyed; taken += 1) {
      await pass((1_000 * chunk.length) / pace.bytesPerSecond + 1_000);
      reader.take();
    }
    expect(stream.errored).toMatchObject({ status: 408 });
  });

  it('who takes the least gets everything', async () => {
    const { stream, reader } = reading(many(20));
    while (!reader.writableFinished && !stream.errored) {
      await pass(20_000);
      reader.take();
    }
    expect([stream.errored, reader.bytes]).toEqual([null, 20 * chunk.length]);
  });

  it('has no better time later for what he took at once', async () => {
    const { stream, reader } = reading(many(1_000));
    for (let taken = 0; taken < 30; taken += 1) {
      await settle();
      reader.take();
    }
    expect([...calls.values()].map(({ at }) => at)).toEqual([pace.graceMs]);
    await pass(pace.graceMs);
    expect(stream.errored).toMatchObject({ status: 408 });
  });

  it('is given the time that we take ourselves', async () => {
    const source = new Readable({ read: () => undefined });
    const { stream, reader } = reading(source);
    for (const _ of [1, 2]) {
      await pass(3_600_000);
      source.push(chunk);
      await settle();
      reader.take();
      await settle();
    }
    expect(calls.size).toBe(0);
    source.push(null);
    await settle();
    expect([stream.errored, reader.writableFinished, reader.bytes]).toEqual([null, true, 2 * chunk.length]);
  });

  it('who leaves the last bytes is cut off as well', async () => {
    const source = new Readable({ read: () => undefined });
    const { stream } = reading(source);
    for (const last of [Buffer.alloc(10), Buffer.alloc(10), null]) {
      source.push(last);
      await settle();
    }
    await pass(pace.graceMs);
    expect(stream.errored).toMatchObject({ status: 408 });
  });

  it('is told where what is made for him breaks', async () => {
    const { stream } = reading(new Readable({ read() { this.destroy(new Error('the disk')); } }));
    await settle();
    expect(stream.errored).toMatchObject({ message: 'the disk' });
  });

  it('who goes ends what is made for him, and nothing is left to come', async () => {
    const source = many(50);
    const { stream } = reading(source);
    await settle();
    stream.destroy();
    await once(stream, 'close');
    expect([source.destroyed, calls.size]).toEqual([true, 0]);
  });
});
