// Faults that can be switched on in the sandbox's own machinery, so that users can see for themselves what is lost by them. They end by themselves.
import type { Instant } from '#kernel';
import type { Database, Hinted } from '#postgres';

/**
 * `worker-stopped`: workers carry nothing out; the hands of test clocks go on to the next due date, ring there, and wait. `queue-emptied`: the queue
 * hands nothing out, and loses what is put into it.
 */
export const serviceFaults = ['worker-stopped', 'queue-emptied'] as const;
export type ServiceFault = (typeof serviceFaults)[number];

export interface ServiceFaultState {
  readonly fault: ServiceFault;
  /** When it ends by itself; `null`: it is off. */
  readonly until: Instant | null;
  /** Since when a worker does as it says; `null`: none does yet. */
  readonly followedSince: Instant | null;
  /** Jobs that the queue has lost by it, this time or the last. */
  readonly jobsLost: number;
}

/** What hints are given about; see `Hints` of `postgres`. */
const faultsHint = 'faults';

export class ServiceFaults {
  constructor(private readonly database: Database) {}

  /** One is turned on or off. */
  get hinted(): Hinted {
    return this.database.hints.about(faultsHint);
  }

  /** Whether it was on or not, it lasts from now. */
  async set(fault: ServiceFault, seconds: number): Promise<ServiceFaultState> {
    await this.database.execute(
      `INSERT INTO sunset.sandbox_faults AS f (fault, until) VALUES ($1, clock_timestamp() + $2 * interval '1 second')
       ON CONFLICT (fault) DO UPDATE SET until = excluded.until,
         followed_since = CASE WHEN f.until > clock_timestamp() THEN f.followed_since END,
         jobs_lost = CASE WHEN f.until > clock_timestamp() THEN f.jobs_lost ELSE 0 END`,
      [fault, seconds],
    );
    this.database.hint(faultsHint);
    return this.get(fault);
  }

  async clear(fault: ServiceFault): Promise<void> {
    await this.database.execute('UPDATE sunset.sandbox_faults SET until = clock_timestamp() WHERE fault = $1 AND until > clock_timestamp()', [fault]);
    this.database.hint(faultsHint);
  }

  async get(fault: ServiceFault): Promise<ServiceFaultState> {
    const [state] = await this.database.query<ServiceFaultState>(
      `SELECT fault, CASE WHEN until > clock_timestamp() THEN until END AS until,
         CASE WHEN until > clock_timestamp() THEN followed_since END AS "followedSince", jobs_lost AS "jobsLost"
       FROM sunset.sandbox_faults WHERE fault = $1`,
      [fault],
    );
    return state ?? { fault, until: null, followedSince: null, jobsLost: 0 };
  }

  async inForce(): Promise<ReadonlySet<ServiceFault>> {
    const rows = await this.database.query<{ fault: ServiceFault }>('SELECT fault FROM sunset.sandbox_faults WHERE until > clock_timestamp()');
    return new Set(rows.map(({ fault }) => fault));
  }

  /** A worker does as it says, and has lost so many jobs since it last said so. */
  async follow(fault: ServiceFault, jobsLost = 0): Promise<void> {
    await this.database.execute(
      `UPDATE sunset.sandbox_faults SET followed_since = coalesce(followed_since, clock_timestamp()), jobs_lost = jobs_lost + $2
       WHERE fault = $1 AND until > clock_timestamp() AND (followed_since IS NULL OR $2 > 0)`,
      [fault, jobsLost],
    );
  }
}
