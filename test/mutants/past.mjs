// The past, broken one at a time: what would tell of a past what was not so, or what a purge has taken, comes first.
//
// 2026-11-27: the eight that were tried were noticed; not tried were what happened later, what happened at that instant, the future, and a past of which nobody waits.
export const folder = 'libs/event-store/src';
export const witnesses = { asked: ['test/past/asked.int'], again: ['test/past/told-again.int'], reports: ['test/past/reports.int'] };
/** The tests need PostgreSQL. */
export const servers = true;

const application = '../../application/src/past';
const projections = '../../projections/src';

export const mutants = [
  ['what a purge has taken is told', `${application}/account-pasts.ts`, '    if (taken) throw purged(taken.effectiveAt);\n', '', ['test/past/told-again.int']],
  ['what was written later was known', 'wanted.ts', '${row}.recorded_at <= ${knownAt}::timestamptz', '${row}.recorded_at <= greatest(${knownAt}::timestamptz, ${row}.recorded_at)'],
  ['what was written at that instant was not known', 'wanted.ts', '${row}.recorded_at <= ${knownAt}::timestamptz', '${row}.recorded_at < ${knownAt}::timestamptz'],
  ['what happened later had happened', 'wanted.ts', '${row}.effective_at <= ${asOf}::timestamptz', '${row}.effective_at <= greatest(${asOf}::timestamptz, ${row}.effective_at)'],
  ['what happened at that instant had not happened', 'wanted.ts', '${row}.effective_at <= ${asOf}::timestamptz', '${row}.effective_at < ${asOf}::timestamptz'],
  ['the future is told', `${application}/account-pasts.ts`, 'if (ahead.length > 0) throw', 'if (ahead.length > 2) throw'],
  ['what was due by then had not come', `${application}/account-pasts.ts`, 'bringUpToDate(state, asOf, {', "bringUpToDate(state, asOf.replace(/^..../, '1970') as Instant, {"],
  ['a loss that was carried out was void', '../../read-models/src/membership/deadlines-then.ts', "? 'fired' : 'void'", "? 'void' : 'fired'", ['test/past/told-again.int']],
  ['what has gone on since is taken as it is', `${projections}/past-tables.ts`, 'filter(({ wentOn }) => !wentOn)', 'filter(({ wentOn }) => wentOn || !wentOn)', ['test/past/reports.int']],
  ['what the tables do not know yet is left out', 'pasts.ts', '[e.shard + 1])', '[e.shard + 1] + 1000000)', ['test/past/reports.int']],
  ['accounts count up to the present', '../../deadlines/src/fragments.ts', '`(SELECT least(c.now, ${at}) FROM`', "'(SELECT c.now FROM'"],
  ['a past of which nobody waits stays', `${projections}/past-tables.ts`, '      await this.drop(suffix);\n      throw error;', '      throw error;', ['test/past/reports.int']],
  ['a movement takes the first one for the one before it', '../../read-models/src/ledger-lines/projection.ts', '[alike]: given.effective_at })', '[alike]: latest[alike] ?? given.effective_at })', ['test/past/reports.int']],
  ['a step that has begun before is told from its beginning', '../../read-models/src/analytics/counted.ts', '`greatest(${startOfStep}, ${literal(request.from)}::timestamptz)`', 'startOfStep', ['test/past/reports.int']],
  ['nobody lives by a test clock', '../../deadlines/src/fragments.ts', 'CASE WHEN ${testClockId} IS NULL THEN', 'CASE WHEN true THEN', ['test/past/reports.int']],
];
