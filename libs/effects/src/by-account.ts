// One after the other within an account, since its lock would make them wait for each other anyway; several accounts side by side.
import type { ClaimedEffect } from './effect.js';

/** Accounts of one call that are looked up, or concluded, at the same time. */
const accountsAtOnce = 4;

export async function byAccount<T>(items: readonly T[], effectOf: (item: T) => ClaimedEffect, work: (item: T) => Promise<void>): Promise<void> {
  const byId = new Map<string, T[]>();
  for (const item of items) {
    const { accountId } = effectOf(item);
    const own = byId.get(accountId);
    if (own) own.push(item);
    else byId.set(accountId, [item]);
  }
  const accounts = byId.values();
  const next = async (): Promise<void> => {
    for (const own of accounts) for (const item of own) await work(item);
  };
  await Promise.all(Array.from({ length: accountsAtOnce }, next));
}
