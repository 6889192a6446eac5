// A process says that it lives, again and again, from its start to its end.
import { randomUUID } from 'node:crypto';
import { type Logger, Loop } from '#deadlines';
import type { Database } from '#postgres';
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
