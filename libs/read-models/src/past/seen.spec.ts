// A statement of a past names the views of that past and its time, and is an error wherever it would still see the present.
import { expect, it } from '@jest/globals';
import { accountNow } from '#deadlines';
import { instant } from '#kernel';
import type { Database } from '#postgres';
import { standIn } from '../../../../test/support/stand-in.js';
import { projections } from '../analytics/projections.js';
import { databaseThen, viewsThen, type Seen } from './seen.js';

const asOf = instant('2026-05-03T00:00:00Z');
const seen: Seen = { suffix: 'past_1_ab', asOf };

const asked: string[] = [];
const database = standIn<Database>({
  execute: async (statement: string) => {
    asked.push(statement);
    return { rows: [], affected: 0 };
  },
});
const told = async (statement: string, how = seen): Promise<string> => {
  await databaseThen(database, how).execute(statement);
  return asked.at(-1)!;
};

it('names the views of that past, and no function otherwise', async () => {
  expect(await told('SELECT analytics.known_zone(z), r.* FROM analytics.reasons r JOIN analytics.subscription_plans USING (plan_id)'))
    .toBe('SELECT analytics.known_zone(z), r.* FROM analytics.reasons__past_1_ab r JOIN analytics.subscription_plans__past_1_ab USING (plan_id)');
});

it('tells an account no later time than that, and the present where none is asked for', async () => {
  expect(await told(`SELECT ${accountNow('t.clock')} FROM analytics.upcoming t`)).toBe(
    "SELECT CASE WHEN t.clock IS NULL THEN least(statement_timestamp(), '2026-05-03T00:00:00.000Z'::timestamptz) ELSE coalesce((SELECT least(c.now, '2026-05-03T00:00:00.000Z'::timestamptz) FROM sunset.test_clocks c WHERE c.test_clock_id = t.clock), least(statement_timestamp(), '2026-05-03T00:00:00.000Z'::timestamptz)) END FROM analytics.upcoming__past_1_ab t",
  );
  expect(await told(`SELECT ${accountNow('t.clock')} FROM analytics.upcoming t`, { ...seen, asOf: null })).toBe(`SELECT ${accountNow('t.clock')} FROM analytics.upcoming__past_1_ab t`);
});

it.each(['SELECT FROM analytics.of_a_migration', 'SELECT FROM sunset.memberships', 'SELECT now() FROM analytics.reasons', 'SELECT current_date FROM analytics.reasons', 'SELECT clock_timestamp()'])('does not ask: %s', async (statement) => {
  await expect(told(statement)).rejects.toThrow('tells of no past');
});

it('every view of every projection stands on the table of the past alone, and says nothing besides', () => {
  for (const projection of projections) {
    const table = `sunset.${projection.name}__past_1_ab`;
    const views = viewsThen(projection, table, seen);
    const present = [projection.views?.('t') ?? []].flat().join(';').matchAll(/VIEW (analytics\.\w+) AS/g);
    expect(views.map((view) => /^CREATE OR REPLACE VIEW (\S+) AS SELECT /.exec(view)?.[1])).toEqual(Array.from(present, ([, name]) => `${name}__past_1_ab`));
    expect(views).not.toEqual([]);
    // The account's own clock is asked as it stands, and told no later time than that.
    for (const view of views) expect([...new Set(view.match(/\b(?:sunset|analytics)\.\w+(?!\w|\s*\()/g))].slice(1).filter((name) => name !== 'sunset.test_clocks')).toEqual([table]);
  }
});
