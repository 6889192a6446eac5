// What an act on many takes, who may, and what it leaves behind, broken one at a time.
export const folder = 'libs';
export const witnesses = { tests: ['test/end-to-end/acts.int.spec'] };
/** The tests need PostgreSQL. */
export const servers = true;

const named = (name) => ['test/end-to-end/acts.int.spec', '-t', name];
const shown = named('shows what it would do');
const own = named('is nobody else');
const parts = named('goes on in parts');

export const mutants = [
  ['what was shown to anybody is anybody\'s', 'acts/src/acts.ts', 'WHERE a.actor_id = $1 AND a.act = $2', 'WHERE $1 = $1 AND a.act = $2', own],
  ['what was shown of one filter is done to another', 'acts/src/acts.ts', 'AND a.filter = $3::jsonb AND', 'AND $3::jsonb IS NOT NULL AND', own],
  ['what was shown long ago counts', 'acts/src/acts.ts', "interval '${shownForMinutes} minutes'", "interval '${shownForMinutes} days'", own],
  ['what is not shown any more is read anew', 'application/src/acts/acts-on-many.ts', 'for (const target of await this.acts.left(actId, goesOnWith))', "for (const target of (await this.meant(filter, actTable[filter.list][act]!)).map((one, index) => ({ ...one, place: index + 1, outcome: null, madeId: null })))", shown],
  ['one is taken twice', 'acts/src/acts.ts', "SET outcome = $3 WHERE act_id = $1 AND place = $2 AND outcome IS NULL'", "SET outcome = $3 WHERE act_id = $1 AND place = $2'", parts],
  ['a refusal counts as done', 'application/src/acts/acts-on-many.ts', "error instanceof Refused ? error.refusal.refused : 'failed'", "error instanceof Refused ? 'done' : 'failed'", shown],
  ['events do not name the act', 'application/src/acts/acts-on-many.ts', 'metadata: { ...metadata, causationId: `act:${actId}` }', 'metadata', shown],
  ['what wants no status is done to all', 'application/src/acts/acts-on-many.ts', 'for (const status of filter.status === undefined ? row.statuses : [filter.status])', 'for (const status of filter.status === undefined ? [undefined] : [filter.status])', shown],
  ['the reason may change on the way', 'application/src/acts/acts-on-many.ts', '!== reason) return badInput', "=== '') return badInput", parts],
  ['it ends after the first part', 'acts/src/acts.ts', 'count(*) FILTER (WHERE outcome IS NULL) AS left', 'count(*) FILTER (WHERE outcome IS NULL AND false) AS left', parts],
  ['what was made is not known afterwards', 'application/src/acts/acts-on-many.ts', 'if (row.makes !== undefined) await', 'if (row.makes === \'\') await', named('is a pause')],
];
