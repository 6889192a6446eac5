// A process says that it lives, again and again, from its start to its end.
import { randomUUID } from 'node:crypto';
import type { Database } from '#postgres';
import { type Logger, Loop } from '#running';
import { Processes, type ProcessKind } from './processes.js';

const everyMs = 10_000;

export interface Presence {
  /** Once the process serves and does nothing any more. */
  end(): Promise<void>;
}

/** Resolves once it is noted, so that what a process holds is known before it serves anybody. */
export async function bePresent(
  database: Database, kind: ProcessKind, masterKeys: readonly string[], logger: Logger, { noteEveryMs = everyMs } = {},
): Promise<Presence> {
  const processes = new Processes(database);
  const noted = { processId: randomUUID(), kind, masterKeys };
  await processes.note(noted);
  const loop = new Loop('presence', noteEveryMs, () => processes.note(noted), logger);
  loop.start();
  return {
    async end() {
      await loop.stop();
      // A database that is away lets the row run out by itself.
      await processes.forget(noted.processId).catch(() => undefined);
    },
  };
}

const aMinuteMs = 60_000;

/** Says once when no worker has been seen for a minute, and once when one is seen again. To be started and stopped. */
export function workerWatch(database: Database, logger: Logger, { lookEveryMs = 15_000, graceMs = aMinuteMs } = {}): Loop {
  const processes = new Processes(database);
  const beganAt = performance.now();
  let missing = false;
  return new Loop('worker watch', lookEveryMs, async () => {
    const { living, lastSeenAt } = await processes.workers();
    const gone = living === 0 && performance.now() - beganAt >= graceMs;
    if (gone && !missing) logger.error('no worker has been seen for a minute: nothing that is due is carried out', { lastSeenAt });
    if (living > 0 && missing) logger.info('a worker is seen again', { living });
    missing = gone || (missing && living === 0);
  }, logger);
}
