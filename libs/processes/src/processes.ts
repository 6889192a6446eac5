// The processes of the service as the database knows them: one that has not said within a minute that it lives counts as gone.
import type { Instant } from '#kernel';
import type { Database } from '#postgres';

export const processKinds = ['api', 'worker'] as const;
export type ProcessKind = (typeof processKinds)[number];

export interface NotedProcess {
  readonly processId: string;
  readonly kind: ProcessKind;
  /** The ids of the master keys that it holds, the current one first. */
  readonly masterKeys: readonly string[];
}

export interface LivingProcess extends NotedProcess {
  readonly startedAt: Instant;
  readonly seenAt: Instant;
}

export interface Workers {
  readonly living: number;
  /** When one was last seen, within the last day. */
  readonly lastSeenAt: Instant | null;
}

const lives = `seen_at > clock_timestamp() - interval '1 minute'`;

export class Processes {
  constructor(private readonly database: Database) {}

  /** It lives; what has been silent for a day is forgotten. */
  async note({ processId, kind, masterKeys }: NotedProcess): Promise<void> {
    await this.database.execute(
      `INSERT INTO sunset.processes (process_id, kind, master_keys) VALUES ($1, $2, $3)
       ON CONFLICT (process_id) DO UPDATE SET seen_at = clock_timestamp()`,
      [processId, kind, masterKeys],
    );
    await this.database.execute(`DELETE FROM sunset.processes WHERE seen_at < clock_timestamp() - interval '1 day'`);
  }

  /** It ends by its own hand: nobody waits a minute for it. */
  async forget(processId: string): Promise<void> {
    await this.database.execute('DELETE FROM sunset.processes WHERE process_id = $1', [processId]);
  }

  async living(): Promise<LivingProcess[]> {
    return this.database.query<LivingProcess>(
      `SELECT process_id AS "processId", kind, master_keys AS "masterKeys", started_at AS "startedAt", seen_at AS "seenAt"
       FROM sunset.processes WHERE ${lives} ORDER BY started_at, process_id`,
    );
  }

  async workers(): Promise<Workers> {
    const [row] = await this.database.query<Workers>(
      `SELECT count(*) FILTER (WHERE ${lives}) AS living, max(seen_at) AS "lastSeenAt" FROM sunset.processes WHERE kind = 'worker'`,
    );
    return row!;
  }
}
