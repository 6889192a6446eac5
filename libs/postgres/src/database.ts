// One way to the database: statements and transactions, joined through the asynchronous context, retried when PostgreSQL asks for it.
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { QueryFailedError, type DataSource, type QueryRunner } from 'typeorm';

export interface Result<Row> {
  readonly rows: Row[];
  /** Rows that the statement inserted, updated or deleted. */
  readonly affected: number;
}

/** Thrown by whoever noticed a conflict that a second try, from the beginning, can resolve. */
export class Retry extends Error {
  override name = 'Retry';
}

const serializationFailure = '40001';
const deadlockDetected = '40P01';
const queryCanceled = '57014';

/** The five-character SQLSTATE of a failed statement, else `undefined`. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  const { code } = error.driverError as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

/** The constraint that a failed statement ran into, else `undefined`. */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  const { constraint } = error.driverError as { constraint?: unknown };
  return typeof constraint === 'string' ? constraint : undefined;
}

/** Whether the answer did not come within the limit. Nobody knows then whether the statement was carried out. */
const isUnanswered = (error: unknown): boolean => error instanceof QueryFailedError && (error.driverError as Error).message === 'Query read timeout';

/**
 * Whether a statement took longer than it may, by the server's limit or by ours. Whose fault that was nobody knows, so it counts as a failed attempt:
 * what runs into it every time has to wait longer each time, and to be seen in the end.
 */
export const isTimeLimit = (error: unknown): boolean => sqlState(error) === queryCanceled || isUnanswered(error);

const isRetryable = (error: unknown): boolean =>
  error instanceof Retry || [serializationFailure, deadlockDetected].includes(sqlState(error) ?? '');

export class Database {
  private readonly current = new AsyncLocalStorage<QueryRunner>();

  constructor(readonly dataSource: DataSource) {}

  /** Runs one statement, inside the surrounding transaction if there is one. */
  async query<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.execute<Row>(sql, parameters)).rows;
  }

  /** Like {@link query}, with the number of rows that changed. */
  async execute<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[] = []): Promise<Result<Row>> {
    const transaction = this.current.getStore();
    if (transaction) return run<Row>(transaction, sql, parameters);
    const runner = this.dataSource.createQueryRunner();
    try {
      return await run<Row>(runner, sql, parameters);
    } finally {
      await runner.release();
    }
  }

  /**
   * Runs `work` in a transaction; inside one already, joins it. The outermost call starts anew, with jitter, after
   * {@link Retry}, a serialization failure or a deadlock: `work` must therefore bear being run more than once.
   */
  async transaction<T>(work: () => Promise<T>, { attempts = 10 } = {}): Promise<T> {
    if (this.current.getStore()) return work();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (!isRetryable(error) || attempt >= attempts) throw error;
        await sleep(Math.random() * Math.min(200, 4 * 2 ** attempt));
      }
    }
  }

  /**
   * Runs `work` as if there were no surrounding transaction, on another connection: what it writes lasts whatever becomes of that one. It must not
   * want what the surrounding transaction has locked, since each would wait for the other.
   */
  async apart<T>(work: () => Promise<T>): Promise<T> {
    return this.current.exit(work);
  }

  /**
   * As {@link transaction}, and all statements of `work` see the state at its first one: for what is put together from several. Rows that it writes
   * to must not have changed since, else it starts anew. Not inside a transaction, which has begun to see already.
   */
  async snapshot<T>(work: () => Promise<T>): Promise<T> {
    if (this.current.getStore()) throw new Error('a snapshot cannot begin inside a transaction');
    return this.transaction(async () => {
      await this.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      return work();
    });
  }

  /** Undoes what `work` wrote if it throws, and keeps the surrounding transaction usable. */
  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    await this.query('SAVEPOINT work');
    try {
      const result = await work();
      await this.query('RELEASE SAVEPOINT work');
      return result;
    } catch (error) {
      await this.query('ROLLBACK TO SAVEPOINT work');
      throw error;
    }
  }

  private async attempt<T>(work: () => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.startTransaction('READ COMMITTED');
      const result = await this.current.run(runner, work);
      await runner.commitTransaction();
      return result;
    } catch (error) {
      if (isUnanswered(error)) await giveUp(runner);
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }
}

async function run<Row>(runner: QueryRunner, sql: string, parameters: readonly unknown[]): Promise<Result<Row>> {
  try {
    const { records, affected } = await runner.query(sql, [...parameters], true);
    return { rows: records as Row[], affected: affected ?? 0 };
  } catch (error) {
    if (isUnanswered(error)) await giveUp(runner);
    throw error;
  }
}

/** Ends the connection, so that nobody waits in it behind the statement without an answer: neither our ROLLBACK nor whoever the pool gave it to next. */
async function giveUp(runner: QueryRunner): Promise<void> {
  const client = (await runner.connect()) as pg.Client;
  void client.end();
}
