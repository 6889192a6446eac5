// The purge ledger: what was purged, kept apart from the database, so that a restored one can be purged again.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir, readFile, rename } from 'node:fs/promises';
import { isNativeError } from 'node:util/types';
import { join } from 'node:path';
import { instant, type Instant } from '#kernel';

export interface LedgerEntry {
  readonly purgeId: string;
  readonly accountId: string;
  /** The event that began the life that was purged: an account that comes back, or is opened anew, lives another one. */
  readonly lifeId: string;
  readonly basis: string;
  /** These three in the account's time. Applied again, the purge keeps the dates that were told. */
  readonly dueAt: Instant;
  readonly begunAt: Instant;
  /** `null`: it was not over yet. */
  readonly purgedAt: Instant | null;
}

const ending = '.json';
/** Whose folder it is; the name is none of an entry. */
const identity = 'service-id';

/** One file a purge, so that the folder may also be a mounted bucket. */
export class PurgeLedger {
  /** To be had of `openPurgeLedger`, which has looked whether the folder is the service's. */
  constructor(
    readonly folder: string,
    readonly serviceId: string,
  ) {}

  /**
   * Lasting once it resolves. What the ledger knows of the same life keeps the dates it has. Answers the entry as it stands. Throws an `Error` where the
   * folder is not ours any more, as of a volume that is not mounted.
   */
  async write(entry: LedgerEntry): Promise<LedgerEntry> {
    if ((await serviceIdOf(this.folder)) !== this.serviceId) throw new Error(`the purge ledger ${this.folder} does not carry the service's identity any more: is its volume mounted?`);
    const known = await this.find(entry.purgeId);
    const { purgeId, accountId, lifeId, basis, dueAt } = entry;
    const { begunAt, purgedAt } = known?.lifeId === lifeId ? { begunAt: known.begunAt, purgedAt: known.purgedAt ?? entry.purgedAt } : entry;
    const stands: LedgerEntry = { purgeId, accountId, lifeId, basis, dueAt, begunAt, purgedAt };
    await writeLasting(this.folder, fileName(purgeId), `${JSON.stringify(stands)}\n`);
    return stands;
  }

  /** The ids of all that was purged; the files are not opened. */
  async purgeIds(): Promise<string[]> {
    return (await readdir(this.folder)).filter((name) => name.endsWith(ending)).map((name) => decodeURIComponent(name.slice(0, -ending.length)));
  }

  /** Throws an `Error` that names the file when it is not one of ours. */
  async read(purgeId: string): Promise<LedgerEntry> {
    const file = join(this.folder, fileName(purgeId));
    const entry = parse(await readFile(file, 'utf8'));
    if (entry?.purgeId !== purgeId) throw new Error(`${file} is not an entry of the purge ledger, or was cut off`);
    return entry;
  }

  private async find(purgeId: string): Promise<LedgerEntry | null> {
    const text = await readIfThere(join(this.folder, fileName(purgeId)));
    return text === null ? null : parse(text);
  }
}

/** Whose ledger the folder is; `null`: nobody's, or there is none. */
export async function serviceIdOf(folder: string): Promise<string | null> {
  return (await readIfThere(join(folder, identity)))?.trim() ?? null;
}

export const signFolder = (folder: string, serviceId: string): Promise<void> => writeLasting(folder, identity, `${serviceId}\n`);

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isNativeError(error) && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
}

/** Whole or not at all. */
async function writeLasting(folder: string, name: string, text: string): Promise<void> {
  const file = join(folder, name);
  const draft = `${file}.${randomUUID()}.draft`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  await syncFolder(folder);
}

/** A colon is common in ids and harmless in a name; written as three characters it could make the name too long. */
const fileName = (purgeId: string): string => `${encodeURIComponent(purgeId).replaceAll('%3A', ':')}${ending}`;

function parse(text: string): LedgerEntry | null {
  try {
    const { purgeId, accountId, lifeId, basis, dueAt, begunAt, purgedAt } = JSON.parse(text) as Record<string, unknown>;
    const ids = [purgeId, accountId, lifeId, basis].every((one) => typeof one === 'string');
    if (!ids || typeof dueAt !== 'string' || typeof begunAt !== 'string' || (purgedAt !== null && typeof purgedAt !== 'string')) return null;
    return {
      purgeId: purgeId as string, accountId: accountId as string, lifeId: lifeId as string, basis: basis as string,
      dueAt: instant(dueAt), begunAt: instant(begunAt), purgedAt: purgedAt === null ? null : instant(purgedAt),
    };
  } catch {
    return null;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
