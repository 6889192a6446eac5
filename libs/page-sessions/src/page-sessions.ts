// Sessions of a customer's own page: a link that works once opens one, and it ends by itself.
import { createHash, randomBytes } from 'node:crypto';
import type { Instant } from '#kernel';
import type { Database } from '#postgres';

/** In minutes of real time, by the database's clock. */
const linkLasts = 5;
const sessionLasts = 30;

/** A secret, and when it ends to work. */
export interface Granted {
  /** 43 characters of base64url: 256 bits. */
  readonly token: string;
  readonly expiresAt: Instant;
}

export interface PageSession {
  readonly accountId: string;
  readonly expiresAt: Instant;
}

export class PageSessions {
  constructor(private readonly database: Database) {}

  /** A link to the account's page, for five minutes and one use. */
  async invite(accountId: string): Promise<Granted> {
    const token = newToken();
    const [row] = await this.database.query<{ expiresAt: Instant }>(
      `INSERT INTO sunset.page_sessions (account_id, link_hash, expires_at) VALUES ($1, $2, ${inMinutes(linkLasts)}) RETURNING expires_at AS "expiresAt"`,
      [accountId, hashOf(token)],
    );
    return { token, expiresAt: row!.expiresAt };
  }

  /** A session of half an hour. `null`: the link was used, is too old, or was never given. */
  async open(link: string): Promise<Granted | null> {
    const token = newToken();
    const [row] = await this.database.query<{ expiresAt: Instant }>(
      `UPDATE sunset.page_sessions SET session_hash = $2, expires_at = ${inMinutes(sessionLasts)}
       WHERE link_hash = $1 AND session_hash IS NULL AND expires_at > clock_timestamp() RETURNING expires_at AS "expiresAt"`,
      [hashOf(link), hashOf(token)],
    );
    return row ? { token, expiresAt: row.expiresAt } : null;
  }

  /** `null`: it has ended, or there never was one. */
  async find(token: string): Promise<PageSession | null> {
    const [found] = await this.findAll([token]);
    return found!;
  }

  /** As {@link find}, of each token in the order given: one statement for all, since anybody may send some. */
  async findAll(tokens: readonly string[]): Promise<readonly (PageSession | null)[]> {
    const hashes = tokens.map((token) => hashOf(token).toString('hex'));
    const rows = await this.database.query<PageSession & { hash: string }>(
      `SELECT encode(session_hash, 'hex') AS hash, account_id AS "accountId", expires_at AS "expiresAt" FROM sunset.page_sessions
       WHERE session_hash IN (SELECT decode(given, 'hex') FROM unnest($1::text[]) AS given) AND expires_at > clock_timestamp()`,
      [hashes],
    );
    const found = new Map(rows.map(({ hash, accountId, expiresAt }) => [hash, { accountId, expiresAt }]));
    return hashes.map((hash) => found.get(hash) ?? null);
  }

  /** The customer leaves; what has ended already stays ended. */
  async end(token: string): Promise<void> {
    await this.database.execute('DELETE FROM sunset.page_sessions WHERE session_hash = $1', [hashOf(token)]);
  }
}

/** `batch` at most; answers how many. */
export async function deleteExpiredPageSessions(database: Database, batch: number): Promise<number> {
  const { affected } = await database.execute(
    `DELETE FROM sunset.page_sessions WHERE link_hash IN (
       SELECT link_hash FROM sunset.page_sessions WHERE expires_at < clock_timestamp() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
    [batch],
  );
  return affected;
}

const newToken = (): string => randomBytes(32).toString('base64url');

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

const inMinutes = (minutes: number): string => `clock_timestamp() + interval '${minutes} minutes'`;
