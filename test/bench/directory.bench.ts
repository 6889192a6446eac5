// How accounts are found among a million: what PostgreSQL does for each filter and each pair of them, and how long the first page and a late one take.
import { randomBytes } from 'node:crypto';
import { Directory, migrations, type FoundPlace, type Wanted } from '#directory';
import type { Instant } from '#kernel';
import { MasterKeys, migrations as keyMigrations, PersonalData } from '#personal-data';
import { freshDatabase } from '../support/database.js';
import { quantile, rounded } from './measure.js';

const count = Number(process.env['BENCH_ACCOUNTS'] ?? 1_000_000);
const limit = 101;

const own = await freshDatabase({ migrations: [...keyMigrations, ...migrations] });
const { database } = own;
const directory = new Directory(database, new PersonalData(database, new MasterKeys([randomBytes(32)])));

console.log(`listing ${count} accounts: 3 of 100 on their way out, 20 left, 2 forgotten, 5 never had a plan; one in ten has two plans`);
await database.query(`
  INSERT INTO sunset.directory_accounts (account_id, standing, email_hash) SELECT 'account-' || lpad(n::text, 8, '0'),
    CASE WHEN n % 100 < 3 THEN 'cancelling' WHEN n % 100 < 23 THEN 'lapsed' WHEN n % 100 < 25 THEN 'purged' WHEN n % 100 < 30 THEN 'none' ELSE 'active' END,
    CASE WHEN n % 100 NOT IN (23, 24) THEN sha256(n::text::bytea) END FROM generate_series(1, ${count}) AS n;
  INSERT INTO sunset.directory_plans (account_id, plan_id, standing, ends_at) SELECT a.account_id, p.plan, a.standing,
    CASE WHEN a.standing = 'cancelling' OR (p.second AND right(a.account_id, 3)::int < 40) THEN '2026-01-01'::timestamptz + (hashtext(a.account_id) & 1048575) * interval '30 seconds' END
  FROM sunset.directory_accounts a CROSS JOIN LATERAL (
    VALUES ((ARRAY['messaging-monthly', 'messaging-annual', 'calling-monthly', 'calling-annual'])[1 + (hashtext(a.account_id) & 3)], false), ('calling-extra', true)
  ) AS p (plan, second)
  WHERE a.standing NOT IN ('none', 'purged') AND (NOT p.second OR right(a.account_id, 1) = '7');
`);
await database.query('VACUUM ANALYZE');
const [email, planId, endsBefore] = ['somebody@example.com', 'calling-annual', '2026-06-01T00:00:00.000Z' as Instant];
await directory.put([{ accountId: 'account-00500001', email, standing: 'active', plans: [{ planId, endsAt: null }] }]);

const wanted: Readonly<Record<string, Wanted>> = {
  'nothing': {},
  'email': { email },
  'e164 (whose holder is known)': { accountId: 'account-00500001' },
  'standing=active': { standing: 'active' },
  'standing=purged': { standing: 'purged' },
  'planId': { planId },
  'endsBefore': { endsBefore },
  'planId, standing=active': { planId, standing: 'active' },
  'planId, standing=cancelling': { planId, standing: 'cancelling' },
  'planId, endsBefore': { planId, endsBefore },
  'standing=cancelling, endsBefore': { standing: 'cancelling', endsBefore },
  'standing=active, endsBefore': { standing: 'active', endsBefore },
  'planId, standing=active, endsBefore': { planId, standing: 'active', endsBefore },
  'email, planId, endsBefore': { email, planId, endsBefore },
};

/** From the middle of all that there are. */
async function late(asked: Wanted): Promise<FoundPlace | undefined> {
  if (asked.email !== undefined || asked.accountId !== undefined) return undefined;
  return asked.endsBefore === undefined ? { accountId: 'account-00500000', endsAt: null } : { accountId: '', endsAt: '2026-03-15T00:00:00.000Z' as Instant };
}

async function took(asked: Wanted, after: FoundPlace | undefined): Promise<number> {
  const times: number[] = [];
  for (let time = 0; time < 20; time += 1) {
    const began = performance.now();
    await directory.find(asked, { after, limit });
    times.push(performance.now() - began);
  }
  return rounded(quantile(times, 0.5));
}

const figures: Record<string, object> = {};
for (const [name, asked] of Object.entries(wanted)) {
  const { text, values } = await directory.statement(asked, undefined, limit);
  const plan = (await database.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) ${text}`, values)).map((line) => line['QUERY PLAN']);
  console.log(`\n${name}\n${plan.join('\n')}`);
  const after = await late(asked);
  figures[name] = {
    index: [...new Set(plan.flatMap((line) => /using (\w+)/.exec(line)?.[1] ?? []))].join(', '),
    'looked at': plan.flatMap((line) => /Rows Removed by (?:Join )?Filter: (\d+)/.exec(line)?.[1] ?? []).reduce((sum, rows) => sum + Number(rows), 0),
    pages: /shared hit=(\d+)(?: read=(\d+))?/.exec(plan.join('\n'))?.slice(1).reduce((sum, one) => sum + (Number(one) || 0), 0),
    'first page, ms': await took(asked, undefined),
    'late page, ms': after ? await took(asked, after) : null,
  };
}
console.log(`\nmedians of 20, pages of 100; "looked at": rows that the index leads to and that do not fit`);
console.table(figures);
await own.drop();
