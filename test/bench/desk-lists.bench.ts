// What the lists of the operators' desk take at a million deadlines, beside the plainest SQL for the same page; a page at the beginning and one far behind.
import { type DeadlineCursor, Deadlines } from '#deadlines';
import { startApplication } from './application.js';
import { quantile, rounded, seconds } from './measure.js';

const size = Number(process.env['BENCH_ROWS'] ?? 1_000_000);
const limit = 200;

const application = await startApplication({ poolSize: 2 });
const { database } = application;
const deadlines = application.context.get(Deadlines);

// Two years: what is past has fired, but one of a thousand; one of two thousand is of a kind that is rare.
const part = 250_000;
for (let made = 0; made < size; made += part) {
  await database.execute(
    `INSERT INTO sunset.deadlines (deadline_id, account_id, kind, generation, due_at, status, fired_at, last_error, alarm_at)
     SELECT gen_random_uuid(), 'other-' || ($1::int + i), CASE WHEN i % 2000 = 0 THEN 'expire-ten-dlc' ELSE 'period-end' END, 1, due_at, status,
       CASE WHEN status = 'fired' THEN due_at END, CASE WHEN status = 'dead' THEN 'Error: the disk is full' END, due_at
     FROM (
       SELECT i, due_at, CASE WHEN due_at > now() THEN 'pending' WHEN i % 1000 = 0 THEN 'dead' WHEN i % 1000 = 1 THEN 'blocked' WHEN i % 100 = 2 THEN 'void' ELSE 'fired' END AS status
       FROM (SELECT i, now() + interval '1 day' * (random() * 730 - 511) AS due_at FROM generate_series(1, $2::int) AS i) AS spread
     ) AS made`,
    [made, Math.min(part, size - made)],
  );
}
await database.query('VACUUM ANALYZE sunset.deadlines');

type Filter = Parameters<Deadlines['list']>[0];

const lists: Readonly<Record<string, Filter>> = {
  all: {}, pending: { status: 'pending' }, dead: { status: 'dead' }, blocked: { status: 'blocked' }, void: { status: 'void' }, 'rare kind': { kind: 'expire-ten-dlc' }, 'rare kind, pending': { kind: 'expire-ten-dlc', status: 'pending' },
  'an error': { error: 'disk is full' }, 'no such error': { error: 'nobody has said this' }, 'dead of an error': { status: 'dead', error: 'disk is full' }, 'of an account': { accountId: 'other-77' },
};

/** The same page as somebody would write it at a console. */
const plain = async ({ status, kind, error, accountId }: Filter, after: DeadlineCursor | undefined): Promise<unknown> => {
  const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
  const conditions = [
    ...(status ? [`status = ${text(status)}`] : []), ...(kind ? [`kind = ${text(kind)}`] : []), ...(error ? [`last_error ILIKE ${text(`%${error}%`)}`] : []), ...(accountId ? [`account_id = ${text(accountId)}`] : []),
    ...(after ? [`(due_at, deadline_id) > (${text(after.dueAt)}, ${text(after.deadlineId)})`] : []),
  ];
  return database.query(`SELECT * FROM sunset.deadlines ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''} ORDER BY due_at, deadline_id LIMIT ${limit}`);
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

/** Two thirds on, where what is pending begins. */
const [far] = await database.query<DeadlineCursor>(`SELECT due_at AS "dueAt", deadline_id AS "deadlineId" FROM sunset.deadlines WHERE due_at > now() - interval '30 days' ORDER BY due_at, deadline_id LIMIT 1`);

const table: Record<string, Record<string, number | string>> = {};
for (const [name, filter] of Object.entries(lists)) {
  const row: Record<string, number | string> = {};
  for (const [place, after] of [['first page', undefined], ['far page', far]] as const) {
    const took: { ours: number[]; plain: number[] } = { ours: [], plain: [] };
    const end = performance.now() + (seconds * 1000) / 6;
    for (let round = 0; round < 4 || performance.now() < end; round += 1) {
      const ours = await timed(() => deadlines.list(filter, { limit, ...(after && { after }) }));
      const theirs = await timed(() => plain(filter, after));
      if (round > 0) { took.ours.push(ours); took.plain.push(theirs); }
    }
    row[`${place}, ms`] = rounded(quantile(took.ours, 0.5));
    row[`${place}, × plain`] = rounded(quantile(took.ours, 0.5) / quantile(took.plain, 0.5));
  }
  table[name] = row;
}
console.log(`medians of a page of ${limit} of ${size} deadlines, and beside the plain statement`);
console.table(table);
await application.close();
