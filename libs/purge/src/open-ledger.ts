// Whether the folder that is named as the purge ledger is this service's, whole and new enough; asked at every start, before anybody is served.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isNativeError } from 'node:util/types';
import { happenedAt } from '#event-store';
import { across, type Database } from '#postgres';
import { inSandbox } from '#sandbox';
import { type LedgerEntry, PurgeLedger, serviceIdOf, signFolder } from './ledger.js';
import { purgeSteps } from './purge.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** `PURGE_LEDGER`; in the sandbox a folder among the data where it is not said. Throws an `Error` that names it. */
export function ledgerFolderFrom(env: Environment): string {
  const said = env['PURGE_LEDGER'];
  if (said) return said;
  if (inSandbox(env)) return join(env['DATA_DIR'] || '.data', 'purge-ledger');
  throw new Error('PURGE_LEDGER is missing: a folder on another disk than the database, which is not restored together with it; only with SANDBOX=true it need not be said');
}

/** Why nobody may be served with this folder. */
export class LedgerInDoubt extends Error {
  override name = 'LedgerInDoubt';
}

const page = 10_000;
const shown = 3;
const remake = 'Only if it is lost for good: npm run remake-purge-ledger -- --help';

/**
 * The first start makes the folder and signs it. Every later one finds in it the identity that stands in the database, and each purge whose entry the database
 * knows to have been written. Throws {@link LedgerInDoubt}, which says what to do: a ledger that is not there, or an older one, would serve who was purged.
 */
export async function openPurgeLedger(folder: string, database: Database): Promise<PurgeLedger> {
  const serviceId = await database.transaction(async () => {
    await lock(database);
    const [own, found] = [await serviceIdIn(database), await serviceIdOf(folder)];
    if (own !== null && found === null) {
      throw new LedgerInDoubt(`the purge ledger ${folder} is empty, or its volume is not mounted: it does not carry the identity ${own} of the service. Mount the folder that does, or restore it from its own newest backup. ${remake}`);
    }
    if (own !== null && found !== own) {
      throw new LedgerInDoubt(`the purge ledger ${folder} is that of the service ${found}, and the database belongs to ${own}: say the folder of this one in PURGE_LEDGER. ${remake}`);
    }
    return own ?? (await adopt(folder, found ?? randomUUID(), database));
  });
  await mustBeWritable(folder);
  const ledger = new PurgeLedger(folder, serviceId);
  const lacking = await lackingIn(ledger, database);
  if (lacking.length > 0) {
    throw new LedgerInDoubt(
      `the purge ledger ${folder} lacks ${lacking.length} of the purges that the database knows of (${lacking.slice(0, shown).join(', ')}${lacking.length > shown ? ' …' : ''}): it is an older state, or entries were deleted. Restore it from its own newest backup. ${remake}`,
    );
  }
  return ledger;
}

/**
 * Makes the ledger anew of what the database knows, where it is lost for good; what was purged after the state that a database was restored to is then lost as
 * well. Answers how many entries it holds. Throws {@link LedgerInDoubt} when the folder is another service's.
 */
export async function remakePurgeLedger(folder: string, database: Database): Promise<number> {
  const serviceId = await database.transaction(async () => {
    await lock(database);
    const [own, found] = [await serviceIdIn(database), await serviceIdOf(folder)];
    if (own !== null && found !== null && found !== own) throw new LedgerInDoubt(`${folder} is that of the service ${found}, and the database belongs to ${own}: choose another folder`);
    if (own === null) return adopt(folder, found ?? randomUUID(), database);
    await mkdir(folder, { recursive: true });
    await signFolder(folder, own);
    return own;
  });
  const ledger = new PurgeLedger(folder, serviceId);
  let count = 0;
  for await (const rows of written<LedgerEntry>(database, entryColumns)) {
    for (const row of rows) await ledger.write(row);
    count += rows.length;
  }
  return count;
}

/** The folder first: a kill in between leaves a folder that the next start adopts. */
async function adopt(folder: string, serviceId: string, database: Database): Promise<string> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => cannotBeWritten(folder, error));
  await signFolder(folder, serviceId).catch((error: unknown) => cannotBeWritten(folder, error));
  await database.execute('INSERT INTO sunset.purge_ledger (service_id) VALUES ($1)', [serviceId]);
  return serviceId;
}

const mustBeWritable = (folder: string): Promise<void> => access(folder, constants.W_OK).catch((error: unknown) => cannotBeWritten(folder, error));

function cannotBeWritten(folder: string, error: unknown): never {
  throw new LedgerInDoubt(`the purge ledger ${folder} cannot be written to: ${isNativeError(error) ? error.message : String(error)}`, { cause: error });
}

/** API and workers start together. */
const lock = (database: Database): Promise<unknown> => database.query(`SELECT pg_advisory_xact_lock(hashtext('sunset.purge-ledger'))`);

async function serviceIdIn(database: Database): Promise<string | null> {
  const [row] = await database.query<{ service_id: string }>('SELECT service_id FROM sunset.purge_ledger');
  return row?.service_id ?? null;
}

async function lackingIn(ledger: PurgeLedger, database: Database): Promise<readonly string[]> {
  const known = new Set(await ledger.purgeIds());
  const lacking: string[] = [];
  for await (const rows of written<{ purgeId: string }>(database, '')) lacking.push(...rows.map(({ purgeId }) => purgeId).filter((id) => !known.has(id)));
  return lacking;
}

const entryColumns = `, p.account_id AS "accountId", p.life_id AS "lifeId", p.basis, p.due_at AS "dueAt", p.begun_at AS "begunAt",
  ${happenedAt('p.account_id', 'DataPurged', 'purgeId', 'p.purge_id')} AS "purgedAt"`;

/** The purges whose entry was written, page by page. */
async function* written<Row extends { readonly purgeId: string }>(database: Database, moreColumns: string): AsyncGenerator<readonly Row[], void, void> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const rows: readonly Row[] = await database.query<Row>(
      `${across('every purge')}SELECT p.purge_id AS "purgeId"${moreColumns} FROM sunset.purges p WHERE p.step <> $1 AND p.purge_id > $2 ORDER BY p.purge_id LIMIT ${page}`,
      [purgeSteps[0], after],
    );
    yield rows;
    after = rows.length < page ? undefined : rows.at(-1)?.purgeId;
  }
}
