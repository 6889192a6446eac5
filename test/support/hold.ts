// Locks that a test holds for as long as it likes, so that what it wants to meet under way cannot be over before.
import type { Database } from '#postgres';

/** Resolves once `lock` has locked what it wants, in a transaction of its own; call what it resolves with to let go. */
export async function hold(database: Database, lock: () => Promise<unknown>): Promise<() => Promise<void>> {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  let held = Promise.resolve();
  await new Promise<void>((locked, failed) => {
    held = database.transaction(async () => {
      await lock();
      locked();
      await ended;
    }, { silenceLimitMs: 0 });
    held.catch(failed);
  });
  return () => (end(), held);
}
