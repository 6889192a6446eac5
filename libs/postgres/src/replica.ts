// A replica that others read from: never older than what was seen at the primary before, or it says that it is away.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './database.js';

/** It cannot be reached, or is too far behind; whoever asks may come again. */
export class ReplicaAway extends Error {
  override name = 'ReplicaAway';
  readonly unavailable = true;
}

const askEveryMs = 50;

export class Replica {
  private opened: Promise<Database> | undefined;

  /** `open` is asked when somebody wants to read, and again until it has worked. `waitMs`: how long what the primary has is waited for. */
  constructor(
    private readonly primary: Database,
    private readonly open: () => Promise<Database>,
    private readonly waitMs = 5_000,
  ) {}

  /** Has all that was committed at the primary when this was called. Throws {@link ReplicaAway}. */
  async caughtUp(): Promise<Database> {
    const [at] = await this.primary.query<{ lsn: string }>('SELECT pg_current_wal_insert_lsn()::text AS lsn');
    const database = await this.database();
    const until = performance.now() + this.waitMs;
    for (;;) {
      const [here] = await database.query<{ reached: boolean | null }>('SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS reached', [at!.lsn]);
      if (here!.reached === null) throw new ReplicaAway('what is called a replica is none');
      if (here!.reached) return database;
      if (performance.now() > until) throw new ReplicaAway(`the replica is more than ${this.waitMs} ms behind`);
      await sleep(askEveryMs);
    }
  }

  async close(): Promise<void> {
    const database = await this.opened?.catch(() => undefined);
    await database?.close();
  }

  private async database(): Promise<Database> {
    this.opened ??= this.open();
    try {
      return await this.opened;
    } catch (cause) {
      this.opened = undefined;
      throw new ReplicaAway('the replica cannot be reached', { cause });
    }
  }
}
