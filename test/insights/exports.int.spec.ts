// What is exported one by one is of one snapshot, however slowly it is read.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { instant } from '#kernel';
import type { Database } from '#postgres';
import { cancellationRows } from '#read-models';
import { packedCancellations } from '../../apps/api/src/analytics/cancellation-pages.js';
import { core, type Core } from '../../apps/worker/test/core.js';

const count = 2_500;

let made: Core;
beforeAll(async () => {
  made = await core();
  await made.projections(50).ensureTables();
  await made.database.query(
    `/* across accounts: reports */ INSERT INTO sunset.cancellations (account_id, entry, entry_id, subscription_id, plan_id, plan_kind, renewals, requests_before, opened_at, requested_at, effective_at, reason, channel, actor_role, imported, shard, position, updated_at)
     SELECT 'account-' || n, 'cancellation', 'try-' || n, 'term-' || n, 'messaging-monthly', 'messaging', 0, 0, at, at, at + interval '20 days', 'unused', 'page', 'customer', false, sunset.shard_of('account-' || n), n, at
     FROM generate_series(1, $1::int) AS n CROSS JOIN LATERAL (SELECT timestamptz '2026-01-01' + n * interval '1 minute' AS at) AS t`, [count],
  );
});
afterAll(() => made.close());

const exporting = <T>(work: () => Promise<T>): Promise<T> => made.database.reading({ limitMs: 60_000, memoryMiB: 32, signal: new AbortController().signal }, work);

const whenCalled = (): readonly [called: Promise<void>, call: () => void] => {
  let call = (): void => undefined;
  return [new Promise((resolve) => (call = resolve)), () => call()];
};

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const row of rows) read.push(row);
  return read;
}

/** Calls `between` once the first page has been read. */
function watched(between: () => Promise<void>): Database {
  let pages = 0;
  const query: Database['query'] = async (sql, values) => {
    if (sql.startsWith('FETCH') && ++pages === 2) await between();
    return made.database.query(sql, values);
  };
  return Object.assign(Object.create(made.database) as Database, { query });
}

describe('an export of cancellations', () => {
  it('is every row in their order', async () => {
    const rows = await exporting(() => packedCancellations(made.database, {}));
    expect(await all(rows)).toEqual(await cancellationRows(made.database, {}, {}));
    expect(rows.bytes).toBeLessThan(JSON.stringify(await all(rows)).length / 4);
  });

  it('is as it was when it began, whatever is written meanwhile', async () => {
    const before = await cancellationRows(made.database, {}, {});
    const [isAsked, ask] = whenCalled();
    // Begun out here: what is begun inside belongs to the transaction that reads.
    const written = isAsked.then(() => made.database.query("/* across accounts: reports */ UPDATE sunset.cancellations SET resumed_at = requested_at + interval '1 day' WHERE position > 1500"));
    const rows = await exporting(() => packedCancellations(watched(async () => {
      ask();
      await written;
    }), {}));
    expect(await all(rows)).toEqual(before);
    expect((await cancellationRows(made.database, {}, {})).filter(({ outcome }) => outcome === 'resumed')).toHaveLength(count - 1_500);
  });

  it('is refused where it is longer than may lie in memory, with what to narrow', async () => {
    await expect(exporting(() => packedCancellations(made.database, {}, 10_000))).rejects.toMatchObject({ code: 'invalid_request', options: { errors: [{ pointer: '/query/from' }] } });
  });

  it('is empty where there is nothing', async () => {
    expect(await all(await exporting(() => packedCancellations(made.database, { to: instant('2020-01-01T00:00:00Z') })))).toEqual([]);
  });
});
