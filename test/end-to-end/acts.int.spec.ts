// Acts on many: nothing is done that was not shown, each entry through its own command, with the reason in its event; and what can be taken back is.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSigningKey } from '../../apps/api/src/keys/signing-key.js';
import { Account } from './account.js';
import { tokenOf } from './doors.js';
import { startInProcess, type InProcess } from './in-process.js';
import { startLimitMs } from './running.js';
import type { OpsDeadline, Problem } from './shapes.js';

interface ActResult {
  readonly actId: string;
  readonly reason: string | null;
  readonly matched: number;
  readonly more: boolean;
  readonly changed: number;
  readonly refused: number;
  readonly left: number;
  readonly examples: readonly { readonly id: string; readonly accountId: string | null; readonly kind: string | null; readonly status: string | null; readonly outcome: string | null }[];
  readonly undo: { readonly act: string; readonly filter: object } | null;
}

let running: InProcess;
beforeAll(async () => { running = await startInProcess(); }, startLimitMs);
afterAll(() => running.stop(), startLimitMs);

const operator = { as: 'operator' } as const;
const reason = 'The release of tonight has mended it';
const ask = (body: object, headers = {}) => running.client.post('/v1/ops/acts', { ...operator, headers, body: { reason, ...body } });
const show = async (act: string, filter: object): Promise<ActResult> => (await ask({ act, filter, dryRun: true })).expect(200);
const perform = async (act: string, filter: object, more = {}): Promise<ActResult> => (await ask({ act, filter, dryRun: false, ...more })).expect(200);
const subscriber = async (): Promise<Account> => {
  const account = await Account.open(running.client);
  await account.subscribe();
  return account;
};
/** Each account's period end, as if it had failed too often. */
const killed = async (accounts: readonly Account[], error: string): Promise<void> => {
  await running.database.execute(`UPDATE sunset.deadlines SET status = 'dead', attempts = 12, last_error = $2 WHERE account_id = ANY ($1) AND kind = 'period-end'`, [accounts.map(({ accountId }) => accountId), error]);
};
const periodEnd = async (account: Account): Promise<OpsDeadline> => (await account.opsDeadlines('&kind=period-end'))[0]!;

describe('an act on a filter', () => {
  it('shows what it would do, does that and nothing else, and says why in each event', async () => {
    const [ada, bea, cleo, dora] = [await subscriber(), await subscriber(), await subscriber(), await subscriber()];
    await killed([ada, bea, cleo], 'TypeError: shown before');
    const filter = { list: 'deadlines', kind: 'period-end', error: 'typeerror: shown' };
    const shown = await show('retry', filter);
    expect(shown).toMatchObject({ matched: 3, more: false, changed: 0, left: 3, reason: null, undo: null });
    expect(shown.examples.map(({ accountId, status, outcome }) => [accountId, status, outcome]).sort()).toEqual([ada, bea, cleo].map(({ accountId }) => [accountId, 'dead', null]).sort());
    expect((await periodEnd(ada)).status).toBe('dead');

    // One that dies meanwhile was not shown, and one that was is not dead any more.
    await killed([dora], 'TypeError: shown before');
    (await running.client.post(`/v1/ops/deadlines/${(await periodEnd(cleo)).deadlineId}/retry`, { ...operator, body: { reason: 'by hand' } })).expect(200);
    const done = await perform('retry', filter);
    expect(done).toMatchObject({ actId: shown.actId, matched: 3, changed: 2, refused: 1, left: 0, reason });
    expect(done.examples.map(({ accountId, outcome }) => [accountId, outcome]).sort()).toEqual([[ada.accountId, 'done'], [bea.accountId, 'done'], [cleo.accountId, 'deadline_not_retryable']].sort());
    expect([(await periodEnd(ada)).status, (await periodEnd(bea)).status, (await periodEnd(dora)).status]).toEqual(['pending', 'pending', 'dead']);
    const [told] = await ada.events('DeadlineRetried');
    expect(told).toMatchObject({ data: { kind: 'period-end', reason }, actor: { role: 'operator' }, causation: `act:${shown.actId}` });

    // Sent again it is the same act, and does nothing twice.
    expect(await perform('retry', filter)).toMatchObject({ actId: shown.actId, changed: 2, refused: 1, left: 0 });
    expect(await ada.events('DeadlineRetried')).toHaveLength(1);
    const [latest] = (await running.client.get('/v1/ops/acts?limit=1', { as: 'viewer' })).expect<{ data: ActResult[] }>(200).data;
    expect(latest).toMatchObject({ actId: shown.actId, act: 'retry', filter, reason, changed: 2, refused: 1 });
    expect((await running.client.all<{ outcome: string }>(`/v1/ops/acts/${shown.actId}/targets?limit=2`, operator)).map(({ outcome }) => outcome).sort()).toEqual(['deadline_not_retryable', 'done', 'done']);
  });

  it('is nobody else\'s: without having been shown it is refused, also what somebody else was shown', async () => {
    const filter = { list: 'deadlines', status: 'dead' };
    expect((await ask({ act: 'retry', filter, dryRun: false })).told).toBe('409 act_not_shown');
    const { actId } = await show('retry', filter);
    const { privateKey } = await openSigningKey(join(running.dataDir, 'sandbox-token-key.json'), { make: false });
    const other = { authorization: `Bearer ${tokenOf(privateKey, 'operator', { sub: 'otto' })}` };
    expect((await ask({ act: 'retry', filter, dryRun: false, shown: actId }, other)).told).toBe('409 act_not_shown');
    expect((await ask({ act: 'retry', filter: { ...filter, kind: 'period-end' }, dryRun: false, shown: actId })).told).toBe('409 act_not_shown');
    await running.database.execute(`UPDATE sunset.acts SET shown_at = shown_at - interval '16 minutes' WHERE act_id = $1`, [actId]);
    expect((await ask({ act: 'retry', filter, dryRun: false })).told).toBe('409 act_not_shown');
  });

  it.each([
    [{ act: 'settle', filter: { list: 'deadlines' } }, '/act'],
    [{ act: 'retry', filter: { list: 'deadlines', carrier: 'twilio' } }, '/filter/carrier'],
    [{ act: 'retry', filter: { list: 'effects', status: 'done' } }, '/filter/status'],
    [{ act: 'pause', filter: { list: 'effects', accountId: 'a' } }, '/filter/accountId'],
    [{ act: 'hold', filter: { list: 'deadlines', kind: 'release-numbers' } }, '/filter/kind'],
    [{ act: 'retry', filter: { list: 'deadlines' }, reason: 'Ask ada@example.com' }, '/reason'],
    [{ act: 'retry', filter: { list: 'deadlines', error: '+12065550100' } }, '/filter/error'],
  ])('makes sense, or is refused: %j', async (body, pointer) => {
    expect((await ask({ ...body, dryRun: true })).json<Problem>()).toMatchObject({ code: 'invalid_request', errors: [{ pointer }] });
  });

  it('goes on in parts where there are many, and is taken up by whoever asks next', async () => {
    await running.database.execute(`INSERT INTO sunset.effect_pauses (pause_id, kind, carrier, cause, reason, paused_by) SELECT gen_random_uuid(), 'notify', 'many', 'operator', 'test', 'olga' FROM generate_series(1, 800)`);
    const filter = { list: 'pauses', carrier: 'many' };
    expect(await show('let-go', filter)).toMatchObject({ matched: 800, left: 800 });
    let done = await perform('let-go', filter);
    expect(done.left).toBeGreaterThan(0);
    while (done.left > 0) {
      // Two go on with it at once, and none is taken twice.
      const both = await Promise.all([1, 2].map(() => perform('let-go', filter, { shown: done.actId })));
      const next = both.toSorted((a, b) => a.left - b.left)[0]!;
      expect(next.left).toBeLessThan(done.left);
      done = next;
    }
    done = await perform('let-go', filter, { shown: done.actId });
    expect(done).toMatchObject({ matched: 800, changed: 800, refused: 0 });
    expect((await ask({ act: 'let-go', filter, dryRun: false, shown: done.actId, reason: 'another' })).json<Problem>().errors).toMatchObject([{ pointer: '/reason' }]);
  });
});

describe('what can be taken back', () => {
  it('is a pause: what it made is let go', async () => {
    const filter = { list: 'effects', kind: 'notify', carrier: 'nobody' };
    expect(await show('pause', filter)).toMatchObject({ matched: 0, left: 1, undo: null });
    const { actId, undo } = await perform('pause', filter);
    const inForce = async () => (await running.client.get('/v1/ops/pauses?status=in-force&carrier=nobody', operator)).expect<{ data: { reason: string }[] }>(200).data;
    expect(await inForce()).toMatchObject([{ reason }]);
    expect(undo).toEqual({ act: 'let-go', filter: { list: 'pauses', actId } });
    expect(await show(undo!.act, undo!.filter)).toMatchObject({ matched: 1 });
    expect(await perform(undo!.act, undo!.filter)).toMatchObject({ changed: 1, refused: 0 });
    expect(await inForce()).toEqual([]);
  });

  it('is a hold: it stands in the events, and is lifted', async () => {
    const account = await subscriber();
    const { subscriptionId } = (await account.membership()).subscriptions[0]!;
    await account.cancel({ subscriptionId } as never);
    await running.database.execute(
      `INSERT INTO sunset.deadlines (deadline_id, account_id, shard, kind, subject, generation, due_at, status, alarm_at) VALUES (gen_random_uuid(), $1, sunset.shard_of($1), 'purge-data', '', 99, now() + interval '1 year', 'pending', now() + interval '1 year')`, [account.accountId],
    );
    const filter = { list: 'deadlines', kind: 'purge-data', accountId: account.accountId };
    expect(await show('hold', filter)).toMatchObject({ matched: 1 });
    const { undo } = await perform('hold', filter);
    expect(await account.events('LegalHoldPlaced')).toMatchObject([{ data: { reason } }]);
    await show(undo!.act, undo!.filter);
    expect(await perform(undo!.act, undo!.filter)).toMatchObject({ changed: 1 });
    expect(await account.events('LegalHoldLifted')).toHaveLength(1);
  });

  it('is an endpoint that was switched off', async () => {
    const { endpointId } = (await running.client.post('/v1/webhook-endpoints', { body: { url: 'http://127.0.0.1:9/x' } })).expect<{ endpointId: string }>(201);
    const filter = { list: 'webhook-endpoints', id: endpointId };
    const status = async () => (await running.client.get('/v1/ops/webhook-endpoints', { as: 'viewer' })).expect<{ data: { status: string }[] }>(200).data[0]!.status;
    await show('pause', filter);
    const { undo } = await perform('pause', filter);
    expect(await status()).toBe('disabled');
    await show(undo!.act, undo!.filter);
    await perform(undo!.act, undo!.filter);
    expect(await status()).toBe('enabled');
  });

  it('not what an operator wrote once it was taken out', async () => {
    const { data } = (await running.client.get('/v1/ops/acts?limit=1', operator)).expect<{ data: ActResult[] }>(200);
    const redacted = (await running.client.post(`/v1/ops/acts/${data[0]!.actId}/redact`, operator)).expect<ActResult>(200);
    expect(redacted.reason).toBe('redacted by sandbox-operator');
  });
});
