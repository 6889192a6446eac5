// What lets many be written together without costing one of them anything, broken one at a time.
//
// 2026-11-26: all 13 are noticed, two of them only since their tests or they themselves were made sharper: another log of the same events is no other log,
// and to keep no answer at all undoes a batch by itself. The seven from `a commit that was none` on came the same day, and were noticed as well.
// 2026-11-28: the three of what is taken for said are noticed, two of them only since a test says rows again from another process and by a test of holds.
export const folder = 'libs/application/src/write-path';
export const witnesses = { tests: ['test/writing', 'libs/postgres/src/ended-transactions', 'libs/running/src/gathering'] };
/** The tests need PostgreSQL. */
export const servers = true;

const batches = (name) => ['test/writing/batches', '-t', name];
const known = (name) => ['test/writing/known-states', '-t', name];
const many = ['libs/deadlines/test/consumer', '-t', 'many at once'];
const newer = '../../../event-store/src/newer.ts';
const consumer = '../../../deadlines/src/consumer.ts';
const database = '../../../postgres/src/database.ts';
const gathering = '../../../running/src/gathering.ts';
const crowded = (name) => ['test/writing/crowded', '-t', name];
const ended = ['libs/postgres/src/ended-transactions'];
const gathers = ['libs/running/src/gathering'];

export const mutants = [
  ['a known state is used without asking for newer events', 'loading.ts', ': known.state, events);', ': known.state, known.at ? [] : events);', batches('another process')],
  ['what is loaded at once has no bound', 'loading.ts', 'Math.max(1, Math.floor(eventsMost / left.length))', 'eventsMost * 1_000', known('many that are not known')],
  ['the sweeper waits for what goes apart', 'consumer.ts', 'delivery.goesApart();', 'void delivery;', ['libs/deadlines/test/consumer', '-t', 'what goes apart']],
  ['one refusal fails a batch', 'write-path.ts', 'if (isFailed(decision)) outcomes.set(one, decision);', 'if (isFailed(decision)) for (const other of ours) outcomes.set(other, decision);', batches('refused one by one')],
  ['an append has no fence', '../../../event-store/src/migrations.ts', 'WHERE version <> coalesce(', 'WHERE version < 0 AND version <> coalesce(', ['libs/event-store/src/event-store', '-t', 'refuses version']],
  ['a poisoned row fails a batch', 'batches.ts', 'if (entries.length === 1) left[0]!.failed(error);', 'if (entries.length > 0) for (const { failed } of left) failed(error);', batches('63 of 64')],
  ['one refusal sends all others apart', 'write-path.ts', 'const accepted = decisions.filter(', 'const accepted = decisions.some(isFailed) ? [] : decisions.filter(', batches('refused one by one')],
  ['what may be written is written again', 'batches.ts', '(committing || isAway(error))', 'isAway(error)', batches('while it commits')],
  ['an account that somebody holds is written to', 'write-path.ts', 'asked.filter(({ accountId }) => free.has(accountId))', 'asked.filter(({ accountId }) => free.has(accountId) || true)', batches('somebody holds')],
  ['what nobody can answer for is written all the same', 'batches.ts', 'if (given.includes(null)) throw undone();\n    await this.told[0]!.due!.keep(given as AnswerToKeep[]);', 'await this.told[0]!.due!.keep(given.filter((one) => one !== null));', batches('cannot be made')],
  ['a log that was restored is the one that was read', 'newer.ts', ' || first.event_id !== (snapshot ?? at?.eventId)', '', known('thrown away')],
  ['a snapshot of another fold is believed', 'newer.ts', 'AND s.fold = $3', 'AND $3::text IS NOT NULL', known('another fold')],
  ['what was taken up to be fired is not said again', 'decided.ts', 'stood.filter((one) => !touched.has(deadlineKey(one)))', 'stood', batches('taken up too early')],
  ['what another process has said is taken for said', 'decided.ts', 'if (!rowsWritten || claimed.length > 0', 'if (claimed.length > 0', batches('has not said them')],
  ['what was taken up to be fired is taken for said', 'decided.ts', 'claimed.length > 0 || steps.length > 0', 'steps.length > 0', batches('taken up too early')],
  ['what is held now is taken for what was not', 'decided.ts', ' && one.held === other.held;', ';', ['test/end-to-end/coming-back', '-t', 'hold']],
  ['a deadline that failed among others stays void', 'consumer.ts', 'await this.claims.giveBack(due', 'void (due', many],
  ['one failed deadline fails all', 'consumer.ts', 'if (deliveries.length === 1 || isAway(error)) {', 'if (deliveries.length > 0) {', many],
  ['a commit that was none is told as one', 'database.ts', "if (command !== 'COMMIT') throw", "if (command === '') throw", ended],
  ['who is late writes behind the end of his transaction', 'database.ts', 'if (transaction?.over) throw', 'if (transaction?.over && transaction.runner.isReleased) throw', ended],
  ['who is late begins a transaction that nobody ends', 'database.ts', 'if (store.ended) throw', 'if (store.ended && store.spent) throw', ended],
  ['all who wait for accounts have a connection', 'account-turns.ts', 'new Turns(lockWaits.atOnce, lockWaits)', 'new Turns(1_000)', crowded('however many accounts')],
  ['who asks most is carried out first', 'gathering.ts', 'of inTurn(this.queue)', 'of this.queue', gathers],
  ['what was undone twice is written with others again', 'batches.ts', '> attemptsTogether', '> 1_000', crowded('costs its own request')],
  ['a shard of the log is waited for without end', '../../../event-store/src/migrations.ts', 'VOLATILE SET lock_timeout = ${appendWaitMs} AS', 'VOLATILE AS', ['libs/event-store/src/event-store', '-t', 'that somebody holds']],
  ["a shard that is held is each one's own failure", '../../../running/src/unavailable.ts', "if (unavailable === 'to-all') return true;", '', ['libs/deadlines/test/consumer', '-t', 'just now']],
  ['what one account lacks is lacking to all', '../../../running/src/unavailable.ts', 'const { code, syscall, errors, driverError, unavailable } = error as Clues;', 'const { code, syscall, errors, driverError, unavailable } = error as Clues;\n  if (unavailable === true) return true;', crowded('lacks')],
  ['who waits is not told that his turn does not come', 'gathering.ts', 'if (waiting) this.clearLater(waiting.longestMs);', '', gathers],
].map(([name, file, ...rest]) => [name, { 'newer.ts': newer, 'consumer.ts': consumer, 'database.ts': database, 'gathering.ts': gathering }[file] ?? file, ...rest]);
