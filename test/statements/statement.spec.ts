// What the audit sees in a statement: broken ones are told from good ones, each for its own fault.
import { describe, expect, it } from '@jest/globals';
import { across, ofAccount, ofAccounts, ofSameAccount, shardOf } from '#postgres';
import { judge } from './statement.js';

describe('a statement', () => {
  it.each<[string, string]>([
    ['account', `SELECT kind FROM sunset.deadlines WHERE ${ofAccount('$1')} AND kind = $2`],
    ['account', `WITH own AS (SELECT * FROM sunset.effects e WHERE ${ofAccount('$1', 'e')}) SELECT count(*) FROM own`],
    ['account', `INSERT INTO sunset.purges_waiting (shard, account_id) VALUES (${shardOf('$1')}, $1) ON CONFLICT (account_id, shard) DO NOTHING`],
    ['account', `UPDATE sunset.deadlines SET kind = '' WHERE ${ofAccount('$2')} AND EXISTS (SELECT FROM sunset.clock_stops)`],
    ['batch', `SELECT 1 FROM sunset.account_keys WHERE ${ofAccounts('$1')}`],
    ['batch', `SELECT 1 FROM unnest($1::text[]) AS a (id) CROSS JOIN LATERAL (SELECT * FROM sunset.events e WHERE ${ofAccount('a.id', 'e')} LIMIT 1) e LEFT JOIN sunset.account_keys k ON ${ofSameAccount('k', 'e')}`],
    ['batch', `INSERT INTO sunset.snapshots (shard, account_id) SELECT ${shardOf('account_id')}, account_id FROM unnest($1::text[]) AS a (account_id)`],
    ['shard', 'SELECT max(position) FROM sunset.events WHERE shard = $1'],
    ['across', `${across('lists of operators')}SELECT 1 FROM sunset.deadlines ORDER BY due_at`],
    ['none', 'SELECT now FROM sunset.test_clocks WHERE test_clock_id = $1'],
  ])('is about %s: %s', (about, text) => {
    expect(judge(text)).toMatchObject({ about, objections: [] });
  });

  it.each<[string, string]>([
    ['sunset.deadlines (deadlines) without its shard and its account', 'SELECT 1 FROM sunset.deadlines WHERE deadline_id = $1'],
    ['sunset.deadlines (deadlines) without its shard', 'DELETE FROM sunset.deadlines WHERE account_id = $1'],
    ['sunset.effects (e) without its account', `SELECT 1 FROM sunset.effects e WHERE e.shard = ${shardOf('$1')}`],
    ['sunset.effects (effects) without its shard and its account', `SELECT 1 FROM sunset.effects WHERE (${ofAccount('$1')}) OR kind = 'notify'`],
    ['sunset.effect_attempts (a) without its shard and its account', `SELECT 1 FROM sunset.effects e JOIN sunset.effect_attempts a USING (effect_id) WHERE ${ofAccount('$1', 'e')}`],
    ['sunset.effects (own) without its shard and its account', `UPDATE sunset.effects e SET kind = '' FROM (SELECT own.effect_id FROM sunset.effects own) own WHERE ${ofAccount('$1', 'e')}`],
    ['sunset.events (e) without its shard and its account', `SELECT 1 UNION ALL SELECT 1 FROM sunset.events e WHERE e.version = 1`],
    ['sunset.effects (e) without its shard', 'SELECT 1 FROM sunset.effects e WHERE e.shard = e.shard AND e.account_id = $1'],
    ['INSERT INTO sunset.snapshots without shard', 'INSERT INTO sunset.snapshots (account_id) VALUES ($1)'],
    ['ON CONFLICT on sunset.snapshots without shard', `INSERT INTO sunset.snapshots (shard, account_id) VALUES (${shardOf('$1')}, $1) ON CONFLICT (account_id) DO NOTHING`],
    ['analytics.money (money) without its shard and its account', 'SELECT sum(moved) FROM analytics.money'],
    ['"no particular reason" is no reason that is listed', '/* across accounts: no particular reason */ SELECT 1 FROM sunset.events'],
    ['needs no reason: it names its account everywhere', `${across('every key')}SELECT 1 FROM sunset.events WHERE ${ofAccount('$1')}`],
  ])('is objected to: %s', (objection, text) => {
    expect(judge(text).objections).toEqual([objection]);
  });

  it('says by which parameters its accounts are named', () => {
    expect(judge(`SELECT 1 FROM unnest($2::uuid[], $3::text[]) AS a (id, account_id) JOIN sunset.deadlines d ON ${ofAccount('a.account_id', 'd')} AND d.deadline_id = a.id`).sources).toEqual([{ parameter: 3, of: 'accounts' }]);
    expect(judge(`SELECT 1 FROM sunset.events WHERE ${ofAccount('$4')}`).sources).toEqual([{ parameter: 4, of: 'account' }]);
    expect(judge('SELECT 1 FROM sunset.events WHERE shard = $2').sources).toEqual([{ parameter: 2, of: 'shard' }]);
  });
});
