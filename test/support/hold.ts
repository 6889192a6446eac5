// Locks that a test holds for as long as it likes, so that what it wants to meet under way cannot be over before.
import type { Database } from '#postgres';

/** Resolves once `lock` has locked what it wants, in a transaction of its own; call what it resolves with to let go. */
export async function hold(database: Database, lock: () => Promise<unknown>): Promise<() => Promise<void>> {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  let held = Promise.resolve();
  await new Promise<void>((locked, failed) => {
    held = database.transaction(async () => {
      // Longer than anybody may be silent in a transaction.
      await database.query('SET LOCAL idle_in_transaction_session_timeout = 0');
      await lock();
      locked();
      await ended;
    });
    held.catch(failed);
  });
  return () => (end(), held);
}
