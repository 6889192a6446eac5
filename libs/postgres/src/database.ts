// One way to the database: statements and transactions, joined through the asynchronous context, retried when PostgreSQL asks for it.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { QueryFailedError, QueryRunnerAlreadyReleasedError, type DataSource, type QueryRunner } from 'typeorm';
import { Deferred, type Transaction } from './deferred.js';
import { isPlanOutdated, isRetryable, isUnanswered, PlanOutdated, Undone } from './errors.js';
import { hintChannel, Hints } from './hints.js';
import { layoutOf } from './layout.js';
import { isPooled } from './pooler.js';
import { type ReadingLimits, withinLimits } from './reading-limits.js';
import { StatementNames } from './statement-names.js';

export interface Result<Row> {
  readonly rows: Row[];
  /** Rows that the statement inserted, updated or deleted. */
  readonly affected: number;
}

interface Ran<Row> extends Result<Row> {
  /** What PostgreSQL says it has done. */
  readonly command: string;
}

export interface DatabaseSettings {
  /** Whether statements are prepared, each once on a connection; unless told, where no pooler is between that gives every transaction another connection. */
  readonly prepares?: boolean | undefined;
  /** Connections for who must be answered whatever everybody else asks; absent: there are none besides. */
  readonly reserve?: DataSource;
}

/** What `PREPARED_STATEMENTS` says; `undefined`: nothing. Throws an `Error` that names it for anything but `on` and `off`. */
export function preparesIn(environment: Readonly<Record<string, string | undefined>>): boolean | undefined {
  const word = environment['PREPARED_STATEMENTS'] || undefined;
  if (word === undefined) return undefined;
  if (!['on', 'off'].includes(word)) throw new Error(`PREPARED_STATEMENTS is neither on nor off: ${word}`);
  return word === 'on';
}

export interface TransactionSettings {
  readonly attempts?: number;
  readonly silenceLimitMs?: number;
}

type Isolation = 'READ COMMITTED' | 'REPEATABLE READ' | 'REPEATABLE READ READ ONLY';

/** One statement, as whoever listens hears it before it is sent. */
export interface Heard {
  readonly text: string;
  readonly parameters: readonly unknown[];
  /** The one that it is part of; `null`: it stands alone. */
  readonly transaction: object | null;
  readonly shardOf: (accountId: string) => number;
}

export class Database {
  /** Set by whoever audits what is asked of any database: every statement passes here, and none another way. */
  static hearing: ((heard: Heard) => void) | null = null;

  /** Hints are lost with the server as it is: nothing waits for a disk. */
  readonly hints = new Hints((words) => this.apart(() => this.query(`SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)`, [hintChannel, words])));

  private readonly current = new AsyncLocalStorage<Transaction | Deferred | undefined>();
  private readonly names: StatementNames | null;
  private readonly reserve: DataSource | undefined;
  private readonly onReserve = new AsyncLocalStorage<true>();

  constructor(
    readonly dataSource: DataSource,
    { prepares = !isPooled((dataSource.options as { url?: string }).url ?? ''), reserve }: DatabaseSettings = {},
  ) {
    this.reserve = reserve;
    this.names = prepares ? new StatementNames() : null;
  }

  /** Independent sequences of the log, as the database was made; an account stays in one of them, with all that belongs to it. */
  get shards(): number {
    return layoutOf(this.dataSource).shards;
  }

  /** As `shardOf` says in statements. */
  shardOf(accountId: string): number {
    // Asked several times for every command, and a digest takes as long as the rest of it.
    if (this.shards === 1) return 0;
    return createHash('sha256').update(accountId).digest().readUInt32BE(0) % this.shards;
  }

  /** Whether the caller is in a transaction, be it about to begin, which whatever it asks joins. */
  get inTransaction(): boolean {
    const store = this.current.getStore();
    return this.here() !== null || (store instanceof Deferred && store.opening !== null);
  }

  /** Runs `work` on connections that are kept for it: what it begins there waits for nobody outside. */
  reserved<T>(work: () => Promise<T>): Promise<T> {
    return this.onReserve.run(true, work);
  }

  /** Whether the caller has connections that are kept for him. */
  get isReserved(): boolean {
    return this.onReserve.getStore() === true;
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await Promise.all([this.dataSource.destroy(), this.reserve?.destroy()]);
  }

  /** The caller, where the transaction has not begun: he may become part of another one, see {@link enlist}. */
  get deferred(): Deferred | null {
    const store = this.current.getStore();
    return store instanceof Deferred && !store.opening && !store.spent ? store : null;
  }

  /** Runs `learn`, which does not fail, once what is written here is committed, and never if it is not; at once outside of a transaction. */
  onCommit(learn: () => void): void {
    const transaction = this.here();
    if (transaction) transaction.learned.push(learn);
    else learn();
  }

  /** Once what is written here is committed, whoever sees to such things, in this process or another, is told to look. */
  hint(subject: string): void {
    this.onCommit(() => this.hints.give(subject));
  }

  /** Runs `end`, which does not fail, once the surrounding transaction has ended, whichever way; at once outside of one. */
  onEnd(end: () => void): void {
    const transaction = this.here();
    if (transaction) transaction.ended.push(end);
    else end();
  }

  /** Runs one statement, inside the surrounding transaction if there is one. */
  async query<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.execute<Row>(sql, parameters)).rows;
  }

  /** Like {@link query}, with the number of rows that changed. */
  async execute<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[] = []): Promise<Result<Row>> {
    Database.hearing?.({ text: sql, parameters, transaction: this.here() ?? this.current.getStore() ?? null, shardOf: (accountId) => this.shardOf(accountId) });
    const transaction = this.here() ?? (await this.open());
    if (transaction?.over) throw new QueryRunnerAlreadyReleasedError();
    if (transaction) return this.run<Row>(transaction.runner, sql, parameters);
    const runner = this.newRunner();
    try {
      return await this.run<Row>(runner, sql, parameters);
    } catch (error) {
      if (!(error instanceof PlanOutdated)) throw error;
      return await this.run<Row>(runner, sql, parameters);
    } finally {
      await runner.release();
    }
  }

  /**
   * Runs `work` in a transaction; inside one already, joins it. The outermost call starts anew, with jitter, after
   * {@link Retry}, a serialization failure or a deadlock: `work` must therefore bear being run more than once. `silenceLimitMs`: how long it may
   * wait for its next statement, where that is more than {@link usualSilenceLimitMs} because it works elsewhere meanwhile; 0: for as long as it likes.
   */
  async transaction<T>(work: () => Promise<T>, { attempts = 10, silenceLimitMs }: TransactionSettings = {}): Promise<T> {
    if (this.here() ?? (await this.open())) return work();
    const begun = silenceLimitMs === undefined ? work : async () => {
      await this.query(`SET LOCAL idle_in_transaction_session_timeout = ${silenceLimitMs}`);
      return work();
    };
    return fromTheBeginning(() => this.attempt('READ COMMITTED', begun), isRetryable, attempts);
  }

  /**
   * As {@link transaction}, which begins with the first statement; `before` then comes before it. Whoever asks for none until {@link enlist} made him
   * part of another transaction has none of his own, and what he asked is not done again.
   */
  async lazily<T>(work: () => Promise<T>, before: () => Promise<void> = async () => undefined): Promise<T> {
    if (this.inTransaction) throw new Error('a transaction that begins later cannot begin inside another one');
    let deferred: Deferred;
    return fromTheBeginning(
      (attempt) => this.attemptLazily((deferred = new Deferred(before, attempt)), work),
      (error) => isRetryable(error) && !deferred.spent,
    );
  }

  /** Makes somebody part of this transaction while it lasts: what he asks of the database from now on he asks in it. */
  enlist(deferred: Deferred): void {
    deferred.joined = this.here();
  }

  /** What was asked for somebody is done, in another transaction. */
  spend(deferred: Deferred): void {
    deferred.spent = true;
  }

  private newRunner(): QueryRunner {
    return (this.isReserved ? (this.reserve ?? this.dataSource) : this.dataSource).createQueryRunner();
  }

  private here(): Transaction | null {
    const store = this.current.getStore();
    if (!(store instanceof Deferred)) return store ?? null;
    return store.joined && !store.joined.over ? store.joined : store.own;
  }

  /** `null`: there is none to begin. */
  private open(): Promise<Transaction> | null {
    const store = this.current.getStore();
    if (!(store instanceof Deferred)) return null;
    if (store.ended) throw new QueryRunnerAlreadyReleasedError();
    return store.spent ? null : (store.opening ??= this.begin(store));
  }

  private async begin(deferred: Deferred): Promise<Transaction> {
    const transaction = await this.start('READ COMMITTED');
    deferred.begun = transaction;
    await this.current.run(transaction, deferred.before);
    return (deferred.own = transaction);
  }

  private async attemptLazily<T>(deferred: Deferred, work: () => Promise<T>): Promise<T> {
    try {
      const result = await this.current.run(deferred, work).finally(() => (deferred.ended = true));
      await deferred.opening;
      if (deferred.own) await this.commit(deferred.own);
      return result;
    } catch (error) {
      // It may have begun without anybody waiting for that.
      await deferred.opening?.catch(() => undefined);
      if (deferred.begun) await this.rollBack(deferred.begun);
      throw error;
    } finally {
      if (deferred.begun) await release(deferred.begun);
    }
  }

  /**
   * Runs `work` as if there were no surrounding transaction, on another connection: what it writes lasts whatever becomes of that one. It must not
   * want what the surrounding transaction has locked, since each would wait for the other.
   */
  async apart<T>(work: () => Promise<T>): Promise<T> {
    return this.current.run(undefined, work);
  }

  /**
   * As {@link transaction}, and all statements of `work` see the state at its first one: for what is put together from several. Rows that it writes
   * to must not have changed since, else it starts anew. Not inside a transaction, which has begun to see already.
   */
  async snapshot<T>(work: () => Promise<T>): Promise<T> {
    if (this.inTransaction) throw new Error('a snapshot cannot begin inside a transaction');
    return fromTheBeginning(() => this.attempt('REPEATABLE READ', work), isRetryable);
  }

  /**
   * As {@link snapshot}, for what only reads, and may take long. The limit is set in the transaction, and the statement is cancelled by the transaction it is in: both hold through a pooler that gives every
   * transaction another connection. Nothing is compiled, which takes longer than what it spares, and each has one processor of the server: others need one too. Rejects with the reason of `signal`, once nothing of it runs in the server any more; `isTimeLimit` knows what ran into the limit. Not inside a transaction; needs a second connection to cancel on.
   */
  async reading<T>(limits: ReadingLimits, work: () => Promise<T>): Promise<T> {
    if (this.inTransaction) throw new Error('what reads within limits cannot begin inside a transaction');
    try {
      return await fromTheBeginning(() => this.attempt('REPEATABLE READ READ ONLY', () => withinLimits(this, limits, work)), isRetryable);
    } catch (error) {
      limits.signal.throwIfAborted();
      throw error;
    }
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

  private async attempt<T>(isolation: Isolation, work: () => Promise<T>): Promise<T> {
    const transaction = await this.start(isolation);
    try {
      const result = await this.current.run(transaction, work);
      await this.commit(transaction);
      return result;
    } catch (error) {
      await this.rollBack(transaction);
      throw error;
    } finally {
      await release(transaction);
    }
  }

  private async start(isolation: Isolation): Promise<Transaction> {
    const transaction: Transaction = { runner: this.newRunner(), learned: [], ended: [], over: false };
    try {
      await this.run(transaction.runner, `START TRANSACTION ISOLATION LEVEL ${isolation}`);
      return transaction;
    } catch (error) {
      await transaction.runner.release();
      throw error;
    }
  }

  private async commit(transaction: Transaction): Promise<void> {
    transaction.over = true;
    // PostgreSQL answers a commit of what a failed statement has undone with a rollback, and with no error.
    const { command } = await this.run(transaction.runner, 'COMMIT');
    if (command !== 'COMMIT') throw new Undone('a statement had failed: nothing of the transaction is written');
    for (const learn of transaction.learned) learn();
  }

  /** A connection that cannot even do that must not go back to the pool as it is. */
  private async rollBack(transaction: Transaction): Promise<void> {
    transaction.over = true;
    const { runner } = transaction;
    await this.run(runner, 'ROLLBACK').catch(() => giveUp(runner)).catch(() => undefined);
  }

  private async run<Row>(runner: QueryRunner, text: string, parameters: readonly unknown[] = []): Promise<Ran<Row>> {
    if (runner.isReleased) throw new QueryRunnerAlreadyReleasedError();
    const client = (await runner.connect()) as pg.Client;
    // Without parameters it may be several statements, or one that cannot be prepared.
    const name = parameters.length > 0 ? this.names?.of(text) : undefined;
    try {
      const { rows, rowCount, command } = await client.query({ text, values: [...parameters], ...(name !== undefined && { name }) });
      return { rows: rows as Row[], affected: rowCount ?? 0, command };
    } catch (error) {
      const failed = new (isPlanOutdated(error) ? PlanOutdated : QueryFailedError)(text, [...parameters], error as Error);
      if (failed instanceof PlanOutdated) this.names?.withdraw(text);
      if (isUnanswered(failed)) await giveUp(runner);
      throw failed;
    }
  }
}

/** With jitter, so that those who lost against each other do not meet again. */
async function fromTheBeginning<T>(attempt: (count: number) => Promise<T>, again: (error: unknown) => boolean, attempts = 10): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt(count);
    } catch (error) {
      if (!again(error) || count >= attempts) throw error;
      await sleep(Math.random() * Math.min(200, 4 * 2 ** count));
    }
  }
}

/** Whoever waits for what it had locked may go on, and whoever waits for its connection. */
async function release({ runner, ended }: Transaction): Promise<void> {
  await runner.release();
  for (const end of ended) end();
}

/** Ends the connection, so that nobody waits in it behind the statement without an answer: neither our ROLLBACK nor whoever the pool gave it to next. */
async function giveUp(runner: QueryRunner): Promise<void> {
  if (runner.isReleased) return;
  const client = (await runner.connect()) as pg.Client;
  void client.end();
}
