// The purge ledger against a log that was restored, or made anew: it hits the life that was purged, and no other.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reapplyPurges } from '#application';
import type { LedgerEntry } from '#purge';
import { byWorker, type OneAccount } from '../money/core.js';
import { moment } from '../stories/life.js';
import { subscribe } from '../stories/commands.js';
import { letItBegin, P, rig, start, type Rig } from './rig.js';

let r: Rig;
beforeAll(async () => {
  r = await rig();
}, 120_000);
afterAll(() => r.close());

const again = (): Promise<readonly string[]> => reapplyPurges(r.ledger, r.purges, r.commands);
const types = async (accountId: string): Promise<readonly string[]> => (await r.stream(accountId)).map(({ type }) => type);
const lifeOf = async (accountId: string): Promise<string> => (await r.stream(accountId))[0]!.eventId;

const begunAt = moment(P, 700);
const purgedAt = moment(P, 9_000);

function enter(accountId: string, life: number, lifeId: string): Promise<LedgerEntry> {
  return r.ledger.write({ purgeId: `${accountId}.${life}`, accountId, lifeId, basis: 'retention', dueAt: P, begunAt, purgedAt });
}

async function active(accountId: string): Promise<OneAccount> {
  const account = await r.account(accountId, start);
  await account.ask(subscribe('messaging-monthly', { as: `${accountId}.plan` }));
  return account;
}

describe('an entry of the ledger', () => {
  it('purges the life it was written for, whatever was due in it, and once', async () => {
    const account = await active('restored');
    const { dueAt } = await enter('restored', 1, await lifeOf('restored'));
    const before = await types('restored');
    await account.tick(moment('2026-12-24T00:00Z'));
    expect(await again()).toEqual(['restored.1']);
    expect(await again()).toEqual([]);
    expect(await types('restored')).toEqual([...before, 'PurgeStarted']);
    expect(await r.purges.get('restored.1')).toMatchObject({ status: 'running', basis: 'retention', dueAt });
    await r.engine().runOne();
    expect(await again()).toEqual([]);
    expect(await types('restored')).toEqual([...before, 'PurgeStarted', 'DataPurged']);
  });

  it('keeps the dates that were told', async () => {
    await active('dated');
    await enter('dated', 1, await lifeOf('dated'));
    await again();
    await r.engine().runOne();
    expect((await r.stream('dated')).slice(-2).map(({ type, effectiveAt }) => [type, effectiveAt])).toEqual([['PurgeStarted', begunAt], ['DataPurged', purgedAt]]);
    await expect(r.memberships.read('dated')).rejects.toMatchObject({ refusal: { refused: 'account_purged', detail: { purgedAt } } });
    expect(await r.ledger.read('dated.1')).toMatchObject({ begunAt, purgedAt });
  });

  it('leaves an account alone that was opened anew under the same id', async () => {
    await active('anew');
    await enter('anew', 1, '0198f0a0-0000-7000-8000-000000000001');
    expect(await again()).toEqual([]);
    expect(await types('anew')).not.toContain('PurgeStarted');
  });

  it('leaves a customer alone who came back after an earlier purge', async () => {
    await active('twice');
    await enter('twice', 1, await lifeOf('twice'));
    await enter('twice', 2, '0198f0a0-0000-7000-8000-000000000002');
    expect(await again()).toEqual(['twice.1']);
    await r.engine().runOne();
    await r.memberships.handle('twice', subscribe('messaging-monthly', { as: 'twice.again' }), byWorker);
    expect(await again()).toEqual([]);
    expect((await r.memberships.read('twice')).state.purge).toBeNull();
  });

  it('of a purge that is under way changes nothing', async () => {
    await letItBegin(await r.lapsed('underway', 'Marker-underway'));
    await enter('underway', 1, await lifeOf('underway'));
    expect(await again()).toEqual([]);
    expect((await types('underway')).filter((type) => type === 'PurgeStarted')).toHaveLength(1);
  });

  it('of an account that the log does not know is no one to serve', async () => {
    await enter('unknown', 1, '0198f0a0-0000-7000-8000-000000000003');
    expect(await again()).toEqual([]);
  });
});
