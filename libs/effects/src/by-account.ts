// One after the other within an account, since its lock would make them wait for each other anyway; several accounts side by side.
import { grouped } from '#kernel';
import type { ClaimedEffect } from './effect.js';

/** Accounts of one call that are looked up, or concluded, at the same time. */
const accountsAtOnce = 4;

export async function byAccount<T>(items: readonly T[], effectOf: (item: T) => ClaimedEffect, work: (item: T) => Promise<void>): Promise<void> {
  const accounts = grouped(items, (item) => effectOf(item).accountId).values();
  const next = async (): Promise<void> => {
    for (const own of accounts) for (const item of own) await work(item);
  };
  await Promise.all(Array.from({ length: accountsAtOnce }, next));
}
