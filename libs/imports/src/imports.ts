// Imports as they are received, looked at and ended. What was sent lies sealed until it is carried out, and not longer.
import { randomUUID } from 'node:crypto';
import type { OwnSeal, PersonalData } from '#personal-data';
import type { Actor, Instant } from '#kernel';
import { Conditions, type Database } from '#postgres';
import type { Import, LineProblem, ReadLine } from './import.js';

/** Lines of one file. */
export const linesMost = 1_000_000;

/** There are more of them. */
export class TooManyLines extends Error {
  override name = 'TooManyLines';
}

/** What was received whole, and is not carried out yet. */
export interface Received {
  readonly importId: string;
  readonly lines: number;
  readonly rejected: number;
}

/** The last of a page; the next page begins behind it. */
export interface ImportCursor {
  readonly begunAt: Instant;
  readonly importId: string;
}

export interface ImportsWaiting {
  readonly running: number;
  /** Lines that are still to be carried out. */
  readonly lines: number;
}

/** Written by one statement. */
const stageMost = { lines: 500, bytes: 1_048_576 } as const;
const pageSize = 1_000;
/** How long what came of an import can be read. */
const keptFor = '90 days';
/** Whoever sends nothing for so long has gone: longer than any body may take. */
const abandonedAfter = '2 hours';

const columns = `import_id AS "importId", status, dry_run AS "dryRun", lines, accepted, unchanged, rejected, held, begun_at AS "begunAt", ended_at AS "endedAt"`;

/** What hints are given about: imports to be carried out; see `Hints` of `postgres`. */
export const importsHint = 'imports';

export class Imports {
  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
  ) {}

  /** Keeps lines as they come, sealed, until {@link begin} or {@link discard}. What throws, be it their source, leaves nothing of them. */
  async receive(dryRun: boolean, { role, id }: Actor, lines: AsyncIterable<ReadLine>): Promise<Received> {
    const importId = randomUUID();
    await this.database.execute(`INSERT INTO sunset.imports (import_id, dry_run, status, actor_role, actor_id) VALUES ($1, $2, 'receiving', $3, $4)`, [importId, dryRun, role, id]);
    try {
      return { importId, ...(await this.stage(importId, lines)) };
    } catch (error) {
      await this.discard(importId);
      throw error;
    }
  }

  private async stage(importId: string, lines: AsyncIterable<ReadLine>): Promise<Pick<Received, 'lines' | 'rejected'>> {
    const seal = await this.personalData.ownSeal();
    let [staged, bytes]: [ReadLine[], number] = [[], 0];
    let [count, rejected] = [0, 0];
    const write = async (): Promise<void> => {
      await this.put(importId, seal, staged);
      [staged, bytes] = [[], 0];
    };
    for await (const read of lines) {
      count += 1;
      if (count > linesMost) throw new TooManyLines(`more than ${linesMost} lines`);
      if ('problems' in read) rejected += 1;
      staged.push(read);
      bytes += 'told' in read ? read.told.length : 0;
      if (staged.length >= stageMost.lines || bytes >= stageMost.bytes) await write();
    }
    await write();
    return { lines: count, rejected };
  }

  /** In the surrounding transaction: from its commit on it is carried out. Throws where what was received is not there any more. */
  async begin({ importId, lines, rejected }: Received): Promise<void> {
    const { affected } = await this.database.execute(
      `UPDATE sunset.imports SET status = 'running', lines = $2, rejected = $3, touched_at = clock_timestamp() WHERE import_id = $1 AND status = 'receiving'`,
      [importId, lines, rejected],
    );
    if (affected !== 1) throw new Error(`the import ${importId} was given up while it was received`);
    this.database.hint(importsHint);
  }

  /** Nothing of what was received is carried out. */
  async discard(importId: string): Promise<void> {
    await this.database.transaction(async () => {
      for (const table of ['sunset.import_lines', 'sunset.import_problems', 'sunset.imports']) await this.database.execute(`DELETE FROM ${table} WHERE import_id = $1`, [importId]);
    });
  }

  /** `null`: there is none of that id. */
  async get(importId: string): Promise<Import | null> {
    const [found] = await this.database.query<Import>(`SELECT ${columns} FROM sunset.imports WHERE import_id = $1 AND status <> 'receiving'`, [importId]);
    return found ?? null;
  }

  /** The latest first, `limit` at most. */
  async list({ after, limit }: { readonly after?: ImportCursor | undefined; readonly limit: number }): Promise<readonly Import[]> {
    const asked = new Conditions().add(() => `status <> 'receiving'`).add((at, id) => `(begun_at, import_id) < (${at}, ${id})`, after?.begunAt, after?.importId);
    return this.database.query<Import>(`SELECT ${columns} FROM sunset.imports ${asked.where} ORDER BY begun_at DESC, import_id DESC LIMIT ${asked.place(limit)}`, asked.values);
  }

  /** What is wrong with its lines, in their order. */
  async *problems(importId: string): AsyncGenerator<LineProblem & { readonly line: number }, void, void> {
    const rows = this.pages<LineProblem & { line: number; nth: number }>('SELECT line, nth, pointer, code, message FROM sunset.import_problems WHERE import_id = $1 AND (line, nth) > ($2, $3) ORDER BY line, nth LIMIT $4', importId, ({ nth }) => nth, 0);
    for await (const { nth: _nth, ...problem } of rows) yield problem;
  }

  /** What was due already and waits, by line. */
  async *held(importId: string): AsyncGenerator<{ readonly line: number; readonly kind: string; readonly dueAt: Instant }, void, void> {
    yield* this.pages<{ line: number; kind: string; dueAt: Instant }>('SELECT line, kind, due_at AS "dueAt" FROM sunset.import_held WHERE import_id = $1 AND (line, kind) > ($2, $3) ORDER BY line, kind LIMIT $4', importId, ({ kind }) => kind, '');
  }

  private async *pages<Row extends { readonly line: number }>(sql: string, importId: string, within: (row: Row) => string | number, first: string | number): AsyncGenerator<Row, void, void> {
    let [line, place] = [0, first];
    for (;;) {
      const rows = await this.database.query<Row>(sql, [importId, line, place, pageSize]);
      yield* rows;
      const last = rows.at(-1);
      if (!last || rows.length < pageSize) return;
      [line, place] = [last.line, within(last)];
    }
  }

  /** What is still to be carried out. */
  async waiting(): Promise<ImportsWaiting> {
    const [row] = await this.database.query<ImportsWaiting>(
      `SELECT count(*) AS running, coalesce(sum(lines - accepted - rejected), 0)::bigint AS lines FROM sunset.imports WHERE status = 'running' AND ended_at IS NULL`,
    );
    return row!;
  }

  private async put(importId: string, seal: OwnSeal, staged: readonly ReadLine[]): Promise<void> {
    const told = staged.filter((one) => 'told' in one);
    if (told.length > 0) {
      await this.database.execute('INSERT INTO sunset.import_lines (import_id, line, sealed) SELECT $1, * FROM unnest($2::int[], $3::bytea[])', [
        importId, told.map(({ line }) => line), told.map((one) => seal.seal(Buffer.from(one.told), contextOf(importId, one.line))),
      ]);
    }
    await putProblems(this.database, importId, staged.flatMap((one) => ('problems' in one ? [one] : [])));
    await this.database.execute('UPDATE sunset.imports SET touched_at = clock_timestamp() WHERE import_id = $1', [importId]);
  }
}

/** What a sealed line is bound to. */
export const contextOf = (importId: string, line: number): string => `import ${importId} line ${line}`;

export async function putProblems(database: Database, importId: string, lines: readonly { readonly line: number; readonly problems: readonly LineProblem[] }[]): Promise<void> {
  const rows = lines.flatMap(({ line, problems }) => problems.map((problem, index) => ({ line, nth: index + 1, ...problem })));
  if (rows.length === 0) return;
  await database.execute(
    'INSERT INTO sunset.import_problems (import_id, line, nth, pointer, code, message) SELECT $1, * FROM unnest($2::int[], $3::int[], $4::text[], $5::text[], $6::text[])',
    [importId, rows.map(({ line }) => line), rows.map(({ nth }) => nth), rows.map(({ pointer }) => pointer), rows.map(({ code }) => code), rows.map(({ message }) => message)],
  );
}

/** At most `batch` rows of imports whose time is over, and of those that were cut off and whose sender has gone; answers how many. */
export async function deleteExpiredImports(database: Database, batch: number): Promise<number> {
  const over = `(SELECT import_id FROM sunset.imports WHERE ended_at < clock_timestamp() - interval '${keptFor}' OR (status = 'receiving' AND touched_at < clock_timestamp() - interval '${abandonedAfter}'))`;
  let deleted = 0;
  for (const table of ['sunset.import_lines', 'sunset.import_problems', 'sunset.import_held'] as const) {
    const { affected } = await database.execute(`DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE import_id IN ${over} LIMIT $1))`, [batch - deleted]);
    deleted += affected;
    if (deleted >= batch) return deleted;
  }
  const { affected } = await database.execute(`DELETE FROM sunset.imports WHERE import_id IN ${over}`);
  return deleted + affected;
}
