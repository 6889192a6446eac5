// Carries out what was received, a few hundred lines in one transaction with the note of how far it has come. Any number of processes may do it at once.
import type { Actor } from '#kernel';
import type { PersonalData } from '#personal-data';
import { across, type Database } from '#postgres';
import { describe, isUnavailable, type Logger, Loop, type NextTurn, silentLogger } from '#running';
import type { ImportCommands, RunningImport, TakenLine, ToldLine } from './import.js';
import { contextOf, importsHint, putProblems } from './imports.js';

export interface ImportEngineSettings {
  /** Lines of one transaction. */
  readonly batch?: number;
  readonly pauseMs?: number;
  readonly logger?: Logger;
}

/** The one whose turn it is, and how far it has come. */
interface Next extends RunningImport {
  readonly reached: number;
}

/** What of a line failed for a reason of ours, and fails again by itself. */
const internal = { pointer: '', code: 'internal', message: 'could not be taken; the log of the worker says why' } as const;

/** The imports that run take turns, so that a short one does not wait for the end of a long one. */
export class ImportEngine {
  private readonly batch: number;
  private readonly logger: Logger;
  private readonly loop: Loop;
  /** After a failure fewer lines go together, until the one that fails stands alone. */
  private readonly sizes = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
    private readonly commands: ImportCommands,
    { batch = 250, pauseMs = 500, logger = silentLogger }: ImportEngineSettings = {},
  ) {
    this.batch = batch;
    this.logger = logger;
    this.loop = new Loop('imports', pauseMs, () => this.look(), logger, database.hints.about(importsHint));
  }

  start(): void {
    this.loop.start();
  }

  /** The turn under way ends. */
  stop(): Promise<void> {
    return this.loop.stop();
  }

  private async look(): Promise<NextTurn> {
    const running = await this.database.query(`${across('imports')}SELECT FROM sunset.imports WHERE status = 'running' AND ended_at IS NULL LIMIT 1`);
    if (running.length === 0) return 'rest';
    return (await this.turn()) ? 0 : undefined;
  }

  /** The next lines of the import that has waited longest; answers whether there was one. */
  async turn(): Promise<boolean> {
    let of: Next | undefined;
    let lines: readonly ToldLine[] = [];
    try {
      return await this.database.transaction(async () => {
        lines = [];
        of = await this.next();
        if (!of) return false;
        lines = await this.lines(of);
        await this.carryOut(of, lines);
        return true;
      });
    } catch (error) {
      if (!of || isUnavailable(error)) throw error;
      await this.failed(of, lines, error);
      return true;
    }
  }

  /** Whoever has its row carries it out; a process that dies lets go of it with its transaction. */
  private async next(): Promise<Next | undefined> {
    const [found] = await this.database.query<{ importId: string; dryRun: boolean; reached: number; role: Actor['role']; id: string }>(
      `${across('imports')}SELECT import_id AS "importId", dry_run AS "dryRun", reached, actor_role AS role, actor_id AS id FROM sunset.imports
       WHERE status = 'running' AND ended_at IS NULL ORDER BY touched_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
    );
    if (!found) return undefined;
    const { role, id, ...rest } = found;
    return { ...rest, actor: { role, id } };
  }

  private async lines({ importId, reached }: Next): Promise<readonly ToldLine[]> {
    const rows = await this.database.query<{ line: number; sealed: Buffer }>('SELECT line, sealed FROM sunset.import_lines WHERE import_id = $1 AND line > $2 ORDER BY line LIMIT $3', [
      importId, reached, this.sizes.get(importId) ?? this.batch,
    ]);
    if (rows.length === 0) return [];
    const seal = await this.personalData.ownSeal();
    return rows.map(({ line, sealed }) => ({ line, told: seal.unseal(sealed, contextOf(importId, line)).toString() }));
  }

  private async carryOut(of: RunningImport, lines: readonly ToldLine[]): Promise<void> {
    if (lines.length === 0) return this.end(of, 'done');
    await this.note(of, lines, await this.commands.take(of, lines));
    const size = this.sizes.get(of.importId);
    if (size !== undefined) this.database.onCommit(() => this.sizes.set(of.importId, Math.min(this.batch, size * 2)));
  }

  private async note({ importId }: RunningImport, lines: readonly ToldLine[], taken: readonly TakenLine[]): Promise<void> {
    const held = taken.flatMap((one) => (one.outcome === 'accepted' ? one.held.map((consequence) => ({ line: one.line, ...consequence })) : []));
    const rejected = taken.flatMap((one) => (one.outcome === 'rejected' ? [one] : []));
    const unchanged = taken.filter(({ outcome }) => outcome === 'unchanged').length;
    const last = lines.at(-1)!.line;
    await putProblems(this.database, importId, rejected);
    if (held.length > 0) {
      await this.database.execute('INSERT INTO sunset.import_held (import_id, line, kind, due_at) SELECT $1, * FROM unnest($2::int[], $3::text[], $4::timestamptz[])', [
        importId, held.map(({ line }) => line), held.map(({ kind }) => kind), held.map(({ dueAt }) => dueAt),
      ]);
    }
    await this.database.execute('DELETE FROM sunset.import_lines WHERE import_id = $1 AND line BETWEEN $2 AND $3', [importId, lines[0]!.line, last]);
    await this.database.execute(
      `UPDATE sunset.imports SET reached = $2, accepted = accepted + $3, unchanged = unchanged + $4, rejected = rejected + $5, held = held + $6, touched_at = clock_timestamp() WHERE import_id = $1`,
      [importId, last, taken.length - rejected.length, unchanged, rejected.length, held.length],
    );
  }

  private async end({ importId }: RunningImport, status: 'done' | 'failed'): Promise<void> {
    await this.database.execute('DELETE FROM sunset.import_claims WHERE import_id = $1', [importId]);
    await this.database.execute('DELETE FROM sunset.import_lines WHERE import_id = $1', [importId]);
    await this.database.execute('UPDATE sunset.imports SET status = $2, ended_at = clock_timestamp() WHERE import_id = $1', [importId, status]);
    this.sizes.delete(importId);
  }

  /** What failed together is tried in parts; a line that fails by itself is rejected. Where what was sent cannot even be read, the import has failed. */
  private async failed(of: Next, lines: readonly ToldLine[], error: unknown): Promise<void> {
    const { importId, reached } = of;
    if (lines.length > 1) {
      this.sizes.set(importId, Math.ceil(lines.length / 8));
      return;
    }
    const [one] = lines;
    this.logger.error(one ? 'a line of an import could not be taken' : 'an import cannot be read', { importId, line: one?.line, error: describe(error) });
    await this.database.transaction(async () => {
      // Somebody else may have gone on with it meanwhile.
      const stands = await this.database.query(`${across('imports')}SELECT FROM sunset.imports WHERE import_id = $1 AND status = 'running' AND reached = $2 FOR UPDATE`, [importId, reached]);
      if (stands.length === 0) return;
      await (one ? this.note(of, lines, [{ line: one.line, outcome: 'rejected', problems: [internal] }]) : this.end(of, 'failed'));
    });
  }
}
