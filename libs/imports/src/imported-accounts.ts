// Which accounts of other systems are here, by a hash of what these call them: what was taken over once is not taken over again.
import type { Database } from '#postgres';

/** One batch of a purge. Rows have no sealed form, hence no digests. */
interface PurgedNames {
  readonly counts: { readonly externalIds: number };
  readonly digests: readonly Buffer[];
  readonly next: string | null;
}

/** Also a place that holds something of an account, for whoever purges it. The hash stays and leads to nobody: else the same file would bring back who was deleted. */
export class ImportedAccounts {
  readonly name = 'imports';
  readonly transactional = true;

  constructor(private readonly database: Database) {}

  /** Of these hashes those that are known, each with its account; `null`: its data was deleted. */
  async of(hashes: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
    const rows = await this.database.query<{ hash: string; accountId: string | null }>(
      `SELECT encode(i.hash, 'hex') AS hash, i.account_id AS "accountId" FROM unnest($1::text[]) AS asked (hash) JOIN sunset.imported_accounts i ON i.hash = decode(asked.hash, 'hex')`,
      [hashes],
    );
    return new Map(rows.map(({ hash, accountId }) => [hash, accountId]));
  }

  /** In the surrounding transaction. Answers whether all of them are new: somebody who is just writing one is waited for. */
  async put(accounts: readonly { readonly hash: string; readonly accountId: string }[]): Promise<boolean> {
    const inOrder = accounts.toSorted((a, b) => (a.hash < b.hash ? -1 : 1));
    const { affected } = await this.database.execute(
      `INSERT INTO sunset.imported_accounts (hash, account_id) SELECT decode(hash, 'hex'), account_id FROM unnest($1::text[], $2::text[]) AS taken (hash, account_id) ON CONFLICT DO NOTHING`,
      [inOrder.map(({ hash }) => hash), inOrder.map(({ accountId }) => accountId)],
    );
    return affected === accounts.length;
  }

  async counts(accountId: string): Promise<{ readonly externalIds: number }> {
    const [row] = await this.database.query<{ count: number }>('SELECT count(*) AS count FROM sunset.imported_accounts WHERE account_id = $1', [accountId]);
    return { externalIds: row!.count };
  }

  /** Takes the account from at most `limit` rows. What was done is not met again, so every walk begins at the beginning. */
  async purgeBatch(accountId: string, _cursor: string | null, limit: number): Promise<PurgedNames> {
    const { affected } = await this.database.execute(
      'UPDATE sunset.imported_accounts SET account_id = NULL WHERE hash IN (SELECT hash FROM sunset.imported_accounts WHERE account_id = $1 ORDER BY hash LIMIT $2)',
      [accountId, limit],
    );
    return { counts: { externalIds: affected }, digests: [], next: null };
  }
}
