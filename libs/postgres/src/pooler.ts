// A pooler between us and PostgreSQL that gives every transaction another connection, as PgBouncer in transaction mode does: what has to hold for a session cannot be said at its start.
import type { DataSource } from 'typeorm';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the way to that database is through a pooler: `?pooler=transaction` behind the url says so. */
export function isPooled(url: string): boolean {
  const word = /[?&]pooler=([^&]*)/.exec(url)?.[1];
  if (word !== undefined && word !== 'transaction') throw new Error(`of poolers there is ?pooler=transaction alone, not ${word}`);
  return word !== undefined;
}

/** Past any pooler: `DATABASE_DIRECT_URL`, else `DATABASE_URL` where that leads through none. Throws an `Error` that names what is missing. */
export function directUrlIn(environment: Environment): string {
  const direct = environment['DATABASE_DIRECT_URL'];
  if (direct) return direct;
  const url = environment['DATABASE_URL'];
  if (!url) throw new Error('DATABASE_URL is missing');
  if (isPooled(url)) throw new Error('DATABASE_DIRECT_URL is missing: DATABASE_URL leads through a pooler, and what is asked here must not');
  return url;
}

/**
 * How long the server waits for a transaction's next statement. A process that is frozen, or whose machine is gone without a word, holds what it has locked: the place where a shard of the log is written to, of
 * which everybody's commands are in want. The work between two statements takes milliseconds.
 */
export const usualSilenceLimitMs = 30_000;

/** Where hints can be listened to, which no pooler lets through: as {@link directUrlIn}, and `null` where there is no such way. */
export const listeningUrlIn = (environment: Environment): string | null =>
  environment['DATABASE_DIRECT_URL'] || !isPooled(environment['DATABASE_URL'] ?? '') ? directUrlIn(environment) : null;

/** What every session of ours has: said at its start where nothing is between, else the role's own. A statement that may take as long as it likes (0) is one of a migration, which may be silent as well. */
export const sessionSettings = (statementTimeoutMs: number, silenceLimitMs = statementTimeoutMs && usualSilenceLimitMs): Readonly<Record<string, string>> => ({
  timezone: 'UTC', search_path: 'public', statement_timeout: String(statementTimeoutMs), idle_in_transaction_session_timeout: String(silenceLimitMs),
});

/** The statement that makes them a role's own in that database; both names are quoted here. */
export const settleRole = (role: string, database: string, statementTimeoutMs: number): readonly string[] =>
  Object.entries(sessionSettings(statementTimeoutMs)).map(([name, value]) => `ALTER ROLE ${quoted(role)} IN DATABASE ${quoted(database)} SET ${name} = '${value}'`);

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Throws where the role's own are others: then times would be read wrongly, or statements have no end. */
export async function checkSession(dataSource: DataSource): Promise<void> {
  const [session] = await dataSource.query<{ zone: string; path: string; timeout: string; silence: string }[]>(
    `SELECT current_setting('TimeZone') AS zone, current_setting('search_path') AS path, current_setting('statement_timeout') AS timeout, current_setting('idle_in_transaction_session_timeout') AS silence`,
  );
  if (/^(Etc\/)?UTC$/.test(session!.zone) && session!.path === 'public' && session!.timeout !== '0' && session!.silence !== '0') return;
  throw new Error(`behind the pooler the role has other settings than the service needs (${Object.values(session!).join(', ')}): the migration sets them, with the same DATABASE_URL and DATABASE_DIRECT_URL, and PgBouncer keeps the time zone that it saw first until it is started anew`);
}
