// Two persons for what staff cannot undo, broken one at a time.
//
// 2026-11-27: all 12 were carried out, and noticed.
export const folder = '.';
export const witnesses = { tests: ['libs/four-eyes', 'test/end-to-end/four-eyes.int.spec'] };
/** The tests need PostgreSQL. */
export const servers = true;

const acts = ['libs/four-eyes'];
const served = ['test/end-to-end/four-eyes.int.spec'];

export const mutants = [
  ['the same person confirms', 'libs/four-eyes/src/asked-acts.ts', "(act.askedBy === actorId ? refuse('same_person') : null)", '(act.askedBy === actorId ? null : null)', acts],
  ['an act is confirmed after it has lapsed', 'libs/four-eyes/src/asked-acts.ts', "if (act.status !== 'waiting') return refuse", "if (act.status !== 'waiting' && act.status !== 'lapsed') return refuse", acts],
  ['what was declined is confirmed', 'libs/four-eyes/src/asked-acts.ts', "if (act.status !== 'waiting') return refuse", "if (act.status === 'lapsed') return refuse", acts],
  ['what is asked for goes with the request that is refused', 'libs/four-eyes/src/asked-acts.ts', 'return this.database.apart(() => this.database.transaction(async () => {\n      await this.database.query(`SELECT pg_advisory', 'return (async (work: () => Promise<AskedAct>) => work())(() => this.database.transaction(async () => {\n      await this.database.query(`SELECT pg_advisory', acts],
  ['the same act waits twice', 'libs/four-eyes/src/asked-acts.ts', 'if (standing) return standing;', '', acts],
  ['the record can be changed', 'libs/four-eyes/src/migrations.ts', "IF to_jsonb(NEW) - 'reason' = to_jsonb(OLD) - 'reason' THEN RETURN NEW; END IF;", 'RETURN NEW;', acts],
  ['nobody is asked for', 'libs/application/src/operators/irreversible.ts', 'if (this.standsMs === null) return null;', 'if (this.standsMs !== null) return null;', served],
  ['everybody is asked for', 'libs/application/src/operators/irreversible.ts', 'if (this.standsMs === null) return null;', '', served],
  ['an act is confirmed and not done', 'libs/application/src/operators/asked-acts.ts', '(await this.bus.execute<IrreversibleCommand, unknown>(command)) === null', 'Object.is(command, what)', served],
  ['what is not there is confirmed', 'libs/application/src/operators/asked-acts.ts', 'if ((await this.bus.execute<IrreversibleCommand, unknown>(command)) === null) return', 'if ((await this.bus.execute<IrreversibleCommand, unknown>(command)) === what) return', served],
  ['a purge that is tried again needs two', 'libs/application/src/operators/irreversible.ts', 'where: ({ acceptFindings }) => acceptFindings !== null', 'where: () => true', served],
  ['the reason is lost on the way', 'libs/application/src/operators/irreversible.ts', 'reason && { [reason]: asked.reason }', 'reason && { [reason]: `${asked.reason}.` }', served],
  ['an act on many needs one person', 'libs/application/src/acts/acts-on-many.ts', 'shown.begunAt === null && (await', 'shown.begunAt !== null && (await', served],
  ['what waits for a second person goes with what was only shown', 'libs/acts/src/acts.ts', 'SET kept = true', 'SET kept = false', served],
];
