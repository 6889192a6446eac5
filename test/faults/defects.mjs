// Deliberate defects, each with the row that is to turn red for it: `npm run faults -- --defects` puts in one at a time, in a copy of the sources, and carries its row out.
// A defect: its name, what is replaced in which files, the row, and what the row has to say: red for another reason is not noticed.

export const defects = [
  ['the kept answer is written outside the transaction', [
    ['libs/kept-answers/src/kept-answers.ts', 'const { affected } = await database.execute(\n    `INSERT', 'const { affected } = await database.apart(() => database.execute(\n    `INSERT'],
    ['libs/kept-answers/src/kept-answers.ts', '    ],\n  );\n  return affected === answers.length;', '    ],\n  ));\n  return affected === answers.length;'],
  ], 'API killed before the commit', /is never answered|lost|doubled|was answered/],
  ['the answer is not kept at all', [
    ['libs/kept-answers/src/kept-answers.ts', 'return affected === answers.length;', 'await database.execute(`DELETE FROM sunset.idempotency_keys`);\n  return affected === answers.length;'],
  ], 'API killed committed, and not told', /was answered 409, and there is its/],
  ['the fence is removed: what is not due may be claimed', [
    ['libs/deadlines/src/claims.ts', "WHERE d.status = 'pending' AND ${isDue} AND NOT ${isHeld}", "WHERE d.status = 'pending' AND NOT ${isHeld}"],
  ], 'worker with a clock a year ahead', /what was not due yet was attempted|before it was due/],
  ['the generation is not raised by a return', [
    ['libs/domain/src/subscriptions/fold.ts', '? state.lifecycle + 1 : state.lifecycle;', '? Math.max(state.lifecycle, 1) : state.lifecycle;'],
  ], 'worker killed at any moment', /lost: .* did not happen/],
  ['the sweeper is off', [
    ['libs/deadlines/src/worker.ts', '(stopping) => sweeper.sweep(stopping)', '(stopping) => (stopping?.aborted ? sweeper.sweep(stopping) : Promise.resolve())'],
  ], 'Redis away altogether', /what was due waited for Redis/],
  ['positions come from a sequence, without the lock that is taken last', [
    ['libs/event-store/src/migrations.ts', '    PERFORM pg_advisory_xact_lock(${appendLock}, on_shard);\n', ''],
    ['libs/event-store/src/migrations.ts', 'SELECT coalesce(max(e.position), 0) INTO last_position FROM sunset.events e WHERE e.shard = on_shard;', "last_position := nextval('sunset.places') * 1000;"],
    ['libs/event-store/src/migrations.ts', 'const createAppend = `', 'const createAppend = `CREATE SEQUENCE sunset.places;'],
  ], 'network between service and PostgreSQL: slow', /is how many positions there should be|is not what the log says|has skipped/],
  ['a cached state is believed', [
    ['libs/application/src/write-path/loading.ts', ': known.state, events);', ': known.state, known.at ? [] : events);'],
  ], 'requests doubled', /no_open_plan|lost|doubled|is never answered/],
  ['the lease is not looked at', [
    ['libs/effects/src/leases.ts', 'return lease?.attempt === attempt && lease.since ? this.leaseMs - elapsedMs(lease.since) : 0;', 'return lease ? 10 * this.leaseMs : 0;'],
    ['libs/effects/src/permits.ts', "?? 'lost';", "?? 'ours';"],
  ], 'worker asleep beyond lock and lease', /was asked for again at the carrier/],
  ['a transaction may be silent for ever', [
    ['libs/postgres/src/pooler.ts', 'silenceLimitMs = statementTimeoutMs && usualSilenceLimitMs', 'silenceLimitMs = statementTimeoutMs && usualSilenceLimitMs * 1000'],
  ], 'worker asleep while it holds the log', /nobody could write while it slept/],
  ['what fails never dies', [
    ['libs/deadlines/src/consumer.ts', "status = CASE WHEN attempts + 1 >= $4 THEN 'dead' ELSE status END,", "status = CASE WHEN attempts + 1 >= $4 * 1000 THEN 'dead' ELSE status END,"],
  ], 'poisoned deadline', /on no list of the dead/],
  ['a jump of the clock is not noticed', [
    ['libs/deadlines/src/clock-watch.ts', "interval '24 hours'", "interval '24 years'"],
  ], 'database clock jumps a fortnight', /by a clock that nobody had confirmed/],
];
