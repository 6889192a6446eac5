// Applies the purge ledger to a database that may have been restored from before a purge; to be done before anybody is served.
import { randomUUID } from 'node:crypto';
import type { CommandBus } from '@nestjs/cqrs';
import { WrittenByNewerRelease } from '#event-store';
import { type PurgeLedger, Purges } from '#purge';
import { ReapplyPurge } from './commands.js';

const chunk = 1_000;

/**
 * From then on the accounts answer that they are purged; a worker deletes. What has been purged here, or is being, stays as it is. Answers the ids of the
 * purges that began anew. Throws when an entry cannot be read. An account that a newer release has written to is left to a process of that release: this
 * one can serve nobody from it.
 */
export async function reapplyPurges(ledger: PurgeLedger, purges: Purges, commands: CommandBus): Promise<readonly string[]> {
  const all = await ledger.purgeIds();
  const anew: string[] = [];
  for (let start = 0; start < all.length; start += chunk) {
    const ids = all.slice(start, start + chunk);
    const done = await purges.doneAmong(ids);
    for (const id of ids) if (!done.has(id) && (await reapply(ledger, commands, id))) anew.push(id);
  }
  return anew;
}

async function reapply(ledger: PurgeLedger, commands: CommandBus, id: string): Promise<boolean> {
  const metadata = { actor: { role: 'system', id: 'purge-ledger' }, channel: 'start', correlationId: randomUUID(), causationId: id } as const;
  try {
    return await commands.execute(new ReapplyPurge(await ledger.read(id), metadata));
  } catch (error) {
    if (error instanceof WrittenByNewerRelease) return false;
    throw error;
  }
}
