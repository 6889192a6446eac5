// The one TypeORM DataSource: its pool, how it reads values, and the migrations it carries out.
import pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import { instant, type Instant } from '#kernel';
import { compareLayout, Layout1795399999999, type LayoutAsked, layoutIn } from './layout.js';
import { checkSession, isPooled, sessionSettings } from './pooler.js';

/** A migration as each library declares it: a class whose name ends in its 13-digit timestamp. */
export type Migration = new () => MigrationInterface;

export interface DataSourceSettings {
  /** `postgres://user:password@host:port/database`; `?pooler=transaction` behind it where it leads through a pooler. */
  readonly url: string;
  /** Connections in the pool. */
  readonly poolSize?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  readonly migrations?: readonly Migration[];
  /** How long a statement may take; `null`: as long as it likes, for migrations. */
  readonly answerLimitMs?: number | null;
  /** How long a transaction may wait for its next statement, unless its statements may take as long as they like. */
  readonly silenceLimitMs?: number;
  /** How long it may take until there is a connection. */
  readonly connectLimitMs?: number;
  /** As the environment says unless told. */
  readonly layout?: LayoutAsked;
}

/** Far beyond what is measured of the longest statements (a few seconds), and well below the ten minutes of neglect after which a worker counts as dead. */
export const usualAnswerLimitMs = 300_000;
const probeAfterMs = 10_000;

/**
 * What every pool needs, ours or not: a server that is gone without a word never closes a connection. Probes find that out; and where something
 * between us and the server answers those, or a statement is still being sent, the limit does.
 */
export const noticingSilence = (answerLimitMs: number | null) => ({
  keepAlive: true,
  keepAliveInitialDelayMillis: probeAfterMs,
  ...(answerLimitMs !== null && { query_timeout: answerLimitMs }),
});

/** The server ends a statement a little before we would give it up: what nobody waits for any more must not run on there. */
export const serverLimitMs = (answerLimitMs: number | null): number => (answerLimitMs === null ? 0 : Math.ceil(answerLimitMs * 0.9));

const int8 = 20;
const timestamptz = 1184;

function readInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint beyond 2^53: ${text}`);
  return value;
}
const parseTimestamptz = pg.types.getTypeParser(timestamptz) as (text: string) => Date;

/** As sessions of ours have it, whose zone is UTC: `2026-04-30 07:00:00.25+00`. */
const inUtc = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00$/;

/** Every row of the log has two; the usual reader makes a `Date` of each first. */
function readTimestamptz(text: string): Instant {
  if (!inUtc.test(text)) return instant(parseTimestamptz(text).getTime());
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).slice(0, 3).padEnd(3, '0')}Z` as Instant;
}

const readers: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [int8, readInt8],
  [timestamptz, readTimestamptz],
]);

/**
 * How a pool of ours reads values: positions and counts as numbers, instants as the text that {@link instant} makes. Given to each pool; the readers of
 * the whole process are not touched, since other libraries count on theirs, or set them.
 */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    const own = format === 'binary' ? undefined : readers.get(oid);
    return own ?? (pg.types.getTypeParser(oid, format) as (text: string) => unknown);
  },
};

const atStart = (answerLimitMs: number | null, silenceLimitMs?: number): string => Object.entries(sessionSettings(serverLimitMs(answerLimitMs), silenceLimitMs)).map(([name, value]) => `-c ${name}=${value}`).join(' ');

/** How long a connection is waited for. */
export const usualConnectLimitMs = 10_000;

/**
 * A connection can be ended in the same breath in which it is made: the pool listens to it no more, and whoever is to have it does not yet. Node ends the
 * process for an error that nobody listens to; here whoever has the connection is told by his first statement.
 */
class HeardClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

/** Throws `LayoutDiffers` where the database has another layout than the one asked for. */
export async function connect(
  { url, poolSize = 10, applicationName = 'sunset', migrations = [], answerLimitMs = usualAnswerLimitMs, silenceLimitMs, connectLimitMs = usualConnectLimitMs, layout = layoutIn(process.env) }: DataSourceSettings,
): Promise<DataSource> {
  const pooled = isPooled(url);
  const dataSource = new DataSource({
    type: 'postgres',
    driver: pg,
    url,
    poolSize,
    applicationName,
    migrations: migrations.length > 0 ? [Layout1795399999999, ...migrations] : [],
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    connectTimeoutMS: connectLimitMs,
    // A role that is called like one of our schemas must not find other tables than everybody else.
    extra: { Client: HeardClient, types: valueTypes, ...(!pooled && { options: atStart(answerLimitMs, silenceLimitMs) }), ...noticingSilence(answerLimitMs) },
  });
  await dataSource.initialize();
  try {
    if (pooled) await checkSession(dataSource);
    await compareLayout(dataSource, layout);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}
