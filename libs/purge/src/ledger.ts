// The purge ledger: what was purged, kept apart from the database, so that a restored one can be purged again.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { isNativeError } from 'node:util/types';
import { join } from 'node:path';
import { instant, type Instant } from '#kernel';

export interface LedgerEntry {
  readonly purgeId: string;
  readonly accountId: string;
  /** The event that began the life that was purged: an account that comes back, or is opened anew, lives another one. */
  readonly lifeId: string;
  readonly basis: string;
  readonly dueAt: Instant;
}

const ending = '.json';

/** One file a purge, so that the folder may also be a mounted bucket. */
export class PurgeLedger {
  constructor(readonly folder: string) {}

  /** Makes the folder where it is missing. Throws an `Error` that names it when it cannot be written to. */
  async prepare(): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true });
      await access(this.folder, constants.W_OK);
    } catch (error) {
      throw new Error(`the purge ledger ${this.folder} cannot be written to: ${isNativeError(error) ? error.message : String(error)}`, { cause: error });
    }
  }

  /** Lasting once it resolves. Written again, it stays as it is. */
  async write({ purgeId, accountId, lifeId, basis, dueAt }: LedgerEntry): Promise<void> {
    const file = join(this.folder, fileName(purgeId));
    const draft = `${file}.${randomUUID()}.draft`;
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify({ purgeId, accountId, lifeId, basis, dueAt })}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
    await syncFolder(this.folder);
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
}

/** A colon is common in ids and harmless in a name; written as three characters it could make the name too long. */
const fileName = (purgeId: string): string => `${encodeURIComponent(purgeId).replaceAll('%3A', ':')}${ending}`;

function parse(text: string): LedgerEntry | null {
  try {
    const { purgeId, accountId, lifeId, basis, dueAt } = JSON.parse(text) as Record<string, unknown>;
    if (typeof purgeId !== 'string' || typeof accountId !== 'string' || typeof lifeId !== 'string' || typeof basis !== 'string' || typeof dueAt !== 'string') return null;
    return { purgeId, accountId, lifeId, basis, dueAt: instant(dueAt) };
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
