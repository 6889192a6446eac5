// Each place that is derived from the rows of consequences, with an entry deleted: what would make no sound if it stood in a list of its own.
// A field that a row leaves out does not compile, and is not asked here.
//
// 2026-11-26: all 37 are noticed, by the tests that are named here.
export const folder = 'libs/domain/src';
export const witnesses = { tests: ['test/stories/every-consequence'] };

const [openapi, worker] = [['apps/api/src/http/documents/openapi'], ['apps/worker/src/deadline-commands']];
/** What is true of one row alone, and not of every one. */
const domain = ['libs/domain/src/retention/', 'libs/domain/src/numbers/release', 'libs/domain/src/membership/clock-in-doubt'];
const views = '../../read-models/src';
const apps = '../../../apps';

export const mutants = [
  ['a firing: nothing happens', 'membership/decide.ts', '  return rowOf(kind).fires(state, deadline, facts, now);', "  return kind === 'expire-ten-dlc' ? [] : rowOf(kind).fires(state, deadline, facts, now);"],
  ['a firing: nothing is announced', 'membership/decide.ts', 'if (reminder) return announce', "if (reminder && reminder.loss !== 'expire-ten-dlc') return announce"],
  ['open: a loss is not waited for', 'membership/deadlines.ts', 'row.since(state);', "row.kind === 'expire-ten-dlc' ? null : row.since(state);"],
  ['open: reminders are not waited for', 'membership/deadlines.ts', '...remindersOf(stand, state), ', ''],
  ['open: a recurrence is not waited for', 'membership/deadlines.ts', '  recurrenceRows.flatMap(', "  recurrenceRows.filter(({ kind }) => kind !== 'number-fees').flatMap("],
  ['planned: a loss is not told', 'membership/deadlines.ts', 'row.plannedSince(state);', "row.kind === 'expire-ten-dlc' ? null : row.plannedSince(state);"],
  ['reminders: a loss has none', 'membership/consequences.ts', 'lossRows.flatMap(({ kind, announcedDaysBefore }) =>\n', "lossRows.filter(({ kind }) => kind !== 'expire-ten-dlc').flatMap(({ kind, announcedDaysBefore }) =>\n"],
  ['reminders: a row announces nothing', 'ten-dlc/consequences.ts', 'announcedDaysBefore: [7]', 'announcedDaysBefore: []'],
  ['return: nothing is kept until a loss', 'membership/return.ts', 'losses.flatMap(({ takes }): readonly Belonging[] => takes)', "losses.flatMap(({ kind, takes }): readonly Belonging[] => (kind === 'expire-ten-dlc' ? [] : takes))"],
  ['return: a loss takes nothing', 'membership/return.ts', '(lost(state) ? takes : [])', "(lost(state) && !takes.includes('ten-dlc' as never) ? takes : [])"],
  ['return: a row is never lost', 'ten-dlc/consequences.ts', 'lost: ({ tenDlcLapse }) => tenDlcLapse?.lost === true', 'lost: () => false'],
  ['return: a loss is not the next one', 'membership/return.ts', '(isLossKind(kind) && isAtStake', "(isLossKind(kind) && kind !== 'expire-ten-dlc' && isAtStake"],
  ['hold: a row is not stopped', 'retention/consequences.ts', 'heldByLegalHold: true', 'heldByLegalHold: false', domain],
  ['hold: a row is stopped', 'ten-dlc/consequences.ts', 'heldByLegalHold: false', 'heldByLegalHold: true', domain],
  ['at stake: a row is spoken of to everybody', 'ten-dlc/consequences.ts', "tenDlc.status === 'pending' || tenDlc.status === 'active'", 'true', domain],
  ['silence: a row makes up for what is over', 'retention/consequences.ts', 'silentUntil: ({ heldUntil }) => heldUntil', 'silentUntil: () => null', domain],
  ['access: a row does not take it', 'retention/consequences.ts', 'takesAccess: () => true', 'takesAccess: () => false', domain],
  ['worker: reminders are a newer release’s', `${apps}/worker/src/deadline-commands.ts`, 'new Set(deadlineKinds)', "new Set(deadlineKinds.filter((kind) => !kind.startsWith('remind-')))", worker],
  ['worker: a loss is a newer release’s', `${apps}/worker/src/deadline-commands.ts`, 'new Set(deadlineKinds)', "new Set(deadlineKinds.filter((kind) => kind !== 'expire-ten-dlc'))", worker],
  ['timeline: done is void as well', 'membership/words.ts', 'new Set(losses.flatMap(', "new Set(losses.filter(({ kind }) => kind !== 'expire-ten-dlc').flatMap("],
  ['timeline: nothing is planned', `${views}/timeline/view.ts`, '[...openDeadlines(state), ...planned].filter(', '[...openDeadlines(state)].filter('],
  ['timeline: nothing that counts is planned', `${views}/timeline/view.ts`, '[...openDeadlines(state), ...planned].filter(', 'planned.filter('],
  ['timeline: nothing is void', 'membership/undone.ts', 'const gone = takesBack ?', 'const gone = false ?'],
  ['page: nothing is planned', `${views}/membership/view.ts`, "...plannedDeadlines(state).map(({ kind, dueAt }) => ({ kind, dueAt, status: 'planned' as const })),", ''],
  ['preview: a loss is not foretold', 'membership/promised.ts', '.filter((kind) => isAtStake(cancelled, kind))', ".filter((kind) => kind !== 'expire-ten-dlc' && isAtStake(cancelled, kind))"],
  ['preview: a return loses nothing by it', `${views}/preview/view.ts`, 'lost = [...lost, ...taken];', ''],
  ['diary: nothing is planned', `${views}/diary/diary.ts`, '[...open, ...planned].filter(', 'open.filter('],
  ['diary: nothing that counts is to come', `${views}/diary/diary.ts`, '[...open, ...planned].filter(', 'planned.filter('],
  ['words: a loss is not told', 'membership/languages/en.ts', "TenDlcExpired: () => 'The 10DLC registration expired.'", 'TenDlcExpired: () => null'],
  ['words: another is announced', 'membership/languages/en.ts', 'left until ${near[loss]}', "left until ${near['purge-data']}"],
  ['analysts: nothing is planned', `${views}/memberships/row.ts`, '[...pending, ...planned].map(', 'pending.map('],
  ['analysts: nothing that counts is to come', `${views}/memberships/row.ts`, '[...pending, ...planned].map(', 'planned.map('],
  ['analysts: a kind is not in the dictionary', 'membership/consequences.ts', '`${consequenceKinds.slice(0, -1).join', '`${consequenceKinds.slice(1, -1).join'],
  ['analysts: a kind is not in the document', 'membership/consequences.ts', '`${consequenceKinds.slice(0, -1).join', '`${consequenceKinds.slice(1, -1).join', openapi],
  ['document: a kind is not in the enumeration', `${apps}/api/src/ops/deadlines.controller.ts`, '@OneOf(deadlineKinds,', '@OneOf(deadlineKinds.slice(1),', openapi],
  ['document: a belonging is not on the page', `${apps}/api/src/membership/schemas.ts`, 'oneOf(...belongings)', 'oneOf(...belongings.slice(1))', openapi],
  ['document: a belonging is not in the preview', `${apps}/api/src/subscriptions/cancellation.schemas.ts`, 'oneOf(...belongings)', 'oneOf(...belongings.slice(1))', openapi],
];
