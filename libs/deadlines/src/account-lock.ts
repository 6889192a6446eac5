// One lock per account, held to the end of the transaction: whoever changes its rows takes it first, so that nobody deadlocks.
import type { Database } from '#postgres';

/** The first half of the advisory lock's key; the second is a hash of the account. Accounts that share a hash merely wait for each other. */
export const accountLockSpace = 0x64_75_65;

/** Waits until nobody else is changing the account's rows. */
export async function lockAccount(database: Database, accountId: string): Promise<void> {
  await database.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [accountLockSpace, accountId]);
}

/** Whether nobody was changing the account's rows just then. Outside of a transaction nothing stays locked. */
export const isAccountFree = async (database: Database, accountId: string): Promise<boolean> => (await lockFree(database, [accountId])).has(accountId);

/** As {@link lockAccount}, and no longer than that; then the transaction has failed (55P03). */
export async function lockAccountWithin(database: Database, accountId: string, waitMs: number): Promise<void> {
  await database.query(`SELECT set_config('lock_timeout', $1, true)`, [`${waitMs}ms`]);
  await lockAccount(database, accountId);
}

/**
 * Takes the locks of those accounts that nobody else is changing, and answers which; waits for none of the others. Who does not wait holds up nobody,
 * whatever is locked already.
 */
export async function lockFree(database: Database, accountIds: readonly string[]): Promise<ReadonlySet<string>> {
  const held = await database.query<{ id: string }>(
    'SELECT a.id FROM unnest($2::text[]) AS a (id) WHERE NOT pg_try_advisory_xact_lock($1, hashtext(a.id))',
    [accountLockSpace, accountIds],
  );
  const free = new Set(accountIds);
  for (const { id } of held) free.delete(id);
  return free;
}
