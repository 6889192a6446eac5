// The auditor's rules, broken one at a time.
//
// 2026-11-28: all 15 were carried out and are noticed. Two survived until tests were written for them that day: the calendar and what was told each hid the other.
export const folder = 'libs/audit/src';
export const witnesses = { gaps: ['test/audit/gaps'] };
/** The tests need PostgreSQL and Redis. */
export const servers = true;

/** Where a rule is too strict, something is found that is right. */
const clean = ['test/audit/clean'];

/** What is broken, where, and how. */
export const mutants = [
  ['a row that is not there is no gap', 'gaps.ts', "WHEN d.status IS NULL THEN 'not-armed'", 'WHEN d.status IS NULL THEN NULL'],
  ['a void row counts as armed', 'gaps.ts', "WHEN d.status = 'void' THEN 'void-though-due'", "WHEN d.status = 'voided' THEN 'void-though-due'"],
  ['a fired row is believed', 'gaps.ts', "WHEN d.status = 'fired' THEN 'fired-without-event'", "WHEN d.status = 'fired' THEN NULL"],
  ['the date of a row is not compared', 'gaps.ts', 'd.due_at <> w.due_at', 'd.due_at < w.due_at - interval \'1 year\''],
  ['what came twice is not counted', 'gaps.ts', 'WHEN w.carried > 1', 'WHEN w.carried > 2'],
  ['what came too early is well', 'gaps.ts', 'WHEN w.carried_at < w.due_at', "WHEN w.carried_at < w.due_at - interval '2 days'"],
  ['an effect is not looked for', 'gaps.ts', "f.kind = 'release-number' AND f.subject = number.id", "f.kind = 'release-number'"],
  ['a fee may come whenever', 'gaps.ts', "s.at + interval '34 days'", "s.at + interval '400 days'"],
  ['the queue is believed', 'queue-gaps.ts', '.filter(({ deadlineId }) => gone.has(deadlineId))', '.filter(({ deadlineId }) => !gone.has(deadlineId))'],
  ['a reader is believed to have read', 'followers.ts', 'm.version IS DISTINCT FROM p.version', 'm.version > p.version'],
  ['a day counts 24 hours', 'log-says.ts', 'THEN greatest(${calendar}, ${counted}) END', 'THEN ${counted} END'],
  ['what was told is forgotten', 'log-says.ts', 'greatest(c.told, (', 'greatest(('],
  ['coming back takes nothing back', 'log-says.ts', 'c.until IS NOT NULL OR EXISTS', 'EXISTS', clean],
  ['a walk begins anew with each process', 'findings-table.ts', 'after_account = coalesce($1, after_account)', 'after_account = after_account'],
  ['what is missing is not armed again', 'auditor.ts', "new Set(['not-armed', 'void-though-due', 'at-another-instant'])", "new Set(['void-though-due', 'at-another-instant'])"],
];
