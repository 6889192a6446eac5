// The way out of a plan, step by step and in one call, back again, and what else may be done with a plan meanwhile.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Account, at, day, hour } from './account.js';
import { startInProcess, type InProcess } from './in-process.js';
import { startLimitMs } from './running.js';
import { usd, type Attempt, type Preview, type Problem, type Subscription } from './shapes.js';

const E = '2026-02-01T00:00:00.000Z';

let running: InProcess;

beforeAll(async () => {
  running = await startInProcess({}, { worker: true });
}, startLimitMs);

afterAll(() => running.stop(), startLimitMs);

/** A month of Messaging from 1 January in UTC. */
async function subscribed(account: object = {}, plan: object = {}): Promise<{ account: Account; subscription: Subscription }> {
  const opened = await Account.open(running.client, { now: '2026-01-01T00:00:00Z', ...account });
  return { account: opened, subscription: await opened.subscribe('messaging-monthly', plan) };
}

const pathOf = ({ subscriptionId }: Subscription): string => `/subscriptions/${subscriptionId}`;
/** As the guide says that evidence hashes. */
const textHashOf = ({ disclosures }: Preview): string =>
  createHash('sha256').update(JSON.stringify(disclosures.map(({ id, version, text }) => [id, version, text]))).digest('hex');
const listed = (problem: Problem): string => JSON.stringify(problem);

async function confirm(account: Account, subscription: Subscription, { attemptId, disclosures }: Attempt, { key, as = 'customer' as const, ...more }: { key?: string; as?: 'customer' | 'service'; acceptedDisclosures?: unknown } = {}) {
  const body = { acceptedDisclosures: disclosures.map(({ id, version }) => ({ id, version })), acknowledgedConsequences: true, ...more };
  return account.post(`${pathOf(subscription)}/cancellation-attempts/${attemptId}/confirm`, body, { as, ...(key !== undefined && { key }) });
}

describe('the first step', () => {
  it('opens an attempt for an hour, and changes no plan', async () => {
    const { account, subscription } = await subscribed();
    const { hash } = await account.preview(subscription);
    const attempt = await account.attempt(subscription, { reason: { code: 'other', comment: 'It was me, not you.' }, previewHash: hash });
    expect(attempt.expiresAt).toBe('2026-01-01T01:00:00.000Z');
    expect(attempt.disclosures.length).toBeGreaterThan(1);
    expect(await account.subscription(subscription)).toMatchObject({ status: 'active', cancellation: null, cancelAtPeriodEnd: false });
    expect((await account.events()).filter(({ type }) => type.startsWith('Cancellation')).map(({ type }) => type)).toEqual(['CancellationAttempted']);
  });

  it.each([
    ['no reason', { acknowledgedConsequences: true }, '422 invalid_request'],
    ['a reason that is not on the list', { reason: { code: 'bored' }, acknowledgedConsequences: true }, '422 reason_unknown'],
    ['a comment that is too long', { reason: { code: 'other', comment: 'x'.repeat(2001) }, acknowledgedConsequences: true }, '422 invalid_request'],
    ['no acknowledgement', { reason: { code: 'other' } }, '422 acknowledgement_missing'],
    ['an acknowledgement denied', { reason: { code: 'other' }, acknowledgedConsequences: false }, '422 acknowledgement_missing'],
    ['a preview nobody was shown', { reason: { code: 'other' }, acknowledgedConsequences: true, previewHash: 'nonsense' }, '409 preview_stale'],
  ])('is refused with %s', async (_, body, told) => {
    const { account, subscription } = await subscribed();
    const before = (await account.events()).length;
    expect((await account.post(`${pathOf(subscription)}/cancellation-attempts`, body, { as: 'customer' })).told).toBe(told);
    expect((await account.events()).length).toBe(before);
  });

  it('knows when what was shown is no longer what would happen', async () => {
    const { account, subscription } = await subscribed();
    const { hash } = await account.preview(subscription);
    await account.schedule([{ channel: 'sms', sendAt: at(E, day), price: usd(2) }]);
    const body = { reason: { code: 'other' }, acknowledgedConsequences: true, previewHash: hash };
    expect((await account.post(`${pathOf(subscription)}/cancellation-attempts`, body, { as: 'customer' })).told).toBe('409 preview_stale');
    expect((await account.preview(subscription)).hash).not.toBe(hash);
  });
});

describe('the second step', () => {
  it('needs every disclosure in its current version, and lists what is wrong', async () => {
    const { account, subscription } = await subscribed();
    const attempt = await account.attempt(subscription);
    const accepted = attempt.disclosures.map(({ id, version }) => ({ id, version }));
    const missing = await confirm(account, subscription, attempt, { acceptedDisclosures: accepted.slice(1) });
    expect([missing.told, listed(missing.json()).includes(accepted[0]!.id)]).toEqual(['422 disclosures_missing', true]);
    const stale = await confirm(account, subscription, attempt, { acceptedDisclosures: [...accepted.slice(1), { ...accepted[0], version: '1999-01' }] });
    expect([stale.told, listed(stale.json()).includes(accepted[0]!.id)]).toEqual(['422 disclosures_stale', true]);
    const invented = await confirm(account, subscription, attempt, { acceptedDisclosures: [...accepted, { id: 'invented', version: '1' }] });
    expect([invented.told, listed(invented.json()).includes('invented')]).toEqual(['422 disclosures_stale', true]);
    expect(await account.dated('CancellationRequested')).toEqual([]);
    expect((await confirm(account, subscription, attempt)).status).toBe(200);
  });

  it('keeps the evidence', async () => {
    const { account, subscription } = await subscribed();
    const attempt = await account.attempt(subscription, { reason: { code: 'other', comment: 'Farewell.' } });
    (await confirm(account, subscription, attempt)).expect(200);
    const { data } = await account.read<{ data: readonly Record<string, unknown>[] }>('/consents', { as: 'customer' });
    expect(data).toEqual([expect.objectContaining({
      subscriptionId: subscription.subscriptionId, attemptId: attempt.attemptId, acceptedAt: '2026-01-01T00:00:00.000Z', reason: 'other', comment: 'Farewell.', acknowledgedConsequences: true,
      disclosures: attempt.disclosures.map(({ id, version }) => ({ id, version })), actor: { role: 'customer', id: expect.stringMatching(/^[0-9a-f]{64}$/) }, textHash: expect.stringMatching(/^\S{32,}$/),
    })]);
  });

  it('keeps the evidence in the language in which it was shown, whatever the account is told in', async () => {
    const { account, subscription } = await subscribed({ locale: 'en' });
    const path = `${pathOf(subscription)}/cancellation`;
    const [english, spanish] = [await account.preview(subscription), await account.read<Preview>(`${path}/preview?locale=es`, { as: 'customer' })];
    expect([english.locale, english.planName, spanish.locale, spanish.planName]).toEqual(['en', 'Messaging, monthly', 'es', 'Mensajería mensual']);
    expect(spanish.hash).not.toBe(english.hash);
    for (const part of ['disclosures', 'reasons', 'consequences'] as const) expect(JSON.stringify(spanish[part])).not.toBe(JSON.stringify(english[part]));
    expect(spanish.disclosures.map(({ id, version, url }) => [id, version, url])).toEqual(english.disclosures.map(({ id, version }) => [id, version, null]));
    expect((await account.post(`${pathOf(subscription)}/cancellation-attempts`, { reason: { code: 'other' }, acknowledgedConsequences: true, previewHash: spanish.hash }, { as: 'customer' })).told).toBe('409 preview_stale');
    const attempt = await account.attempt(subscription, { previewHash: spanish.hash, locale: 'es' });
    expect(attempt.disclosures).toEqual(spanish.disclosures);
    (await confirm(account, subscription, attempt)).expect(200);
    (await account.resume(subscription)).expect(200);
    (await account.post(path, { ...(await account.consent(subscription)), reason: { code: 'other' }, locale: 'en' }, { as: 'customer' })).expect(201);
    const { data } = await account.read<{ data: readonly { language: string; textHash: string }[] }>('/consents', { as: 'customer' });
    expect(data.map(({ language, textHash }) => [language, textHash])).toEqual([['es', textHashOf(spanish)], ['en', textHashOf(english)]]);
  });

  it('speaks the language of the account unless told, and names the plan, the zone and dates in it', async () => {
    const { account, subscription } = await subscribed({ locale: 'es-MX', timeZone: 'America/Mexico_City' });
    await account.cancel(subscription);
    expect(await account.read('/membership')).toMatchObject({ timeZone: 'America/Mexico_City', locale: 'es-MX', subscriptions: [{ planName: 'Mensajería mensual' }] });
    expect(await account.read('/membership?locale=en')).toMatchObject({ locale: 'es-MX', subscriptions: [{ planName: 'Messaging, monthly' }] });
    expect((await running.client.all<{ name: string }>('/v1/plans?locale=es')).map(({ name }) => name)).toEqual(['Mensajería mensual', 'Mensajería anual', 'Llamadas mensual', 'Llamadas anual']);
    const details = async (query = '') => (await account.all<{ kind: string; detail: string }>(`/timeline${query}`)).filter(({ kind }) => /^(CancellationRequested|period-end)$/.test(kind)).map(({ detail }) => detail);
    expect(await details()).toEqual([expect.stringMatching(/^Canceló Mensajería mensual; sigue hasta el 31 de enero de 2026 a las .*\.$/), 'Mensajería mensual termina; sus funciones se detienen.']);
    expect(await details('?locale=en')).toEqual([expect.stringMatching(/^Cancelled Messaging, monthly; it runs until January 31, 2026 at .*\.$/), 'Messaging, monthly ends; its features stop.']);
    for (const path of [`${pathOf(subscription)}/cancellation/preview?locale=fr`, '/timeline?locale=es-MX', '/membership?locale=']) {
      const refused = await account.get(path, { as: 'customer' });
      expect([path, refused.told, refused.json<Problem>().errors]).toEqual([path, '422 invalid_request', [{ pointer: '/query/locale', message: 'must be one of en, es' }]]);
    }
  });

  it('gives a receipt of what was promised, also as a calendar, and it says when it was taken back', async () => {
    const { account, subscription } = await subscribed();
    const path = `${pathOf(subscription)}/cancellation/receipt`;
    const get = (of = '') => account.get(`${path}${of}`, { as: 'customer' });
    expect([(await get()).told, (await get('.ics')).told]).toEqual(['404 not_found', '404 not_found']);
    await account.buyNumbers(2);
    await account.schedule([{ channel: 'sms', sendAt: at(E, day), price: usd(2) }]);
    const preview = await account.preview(subscription);
    const attempt = await account.attempt(subscription, { previewHash: preview.hash, reason: { code: 'other', comment: 'Farewell.' } });
    (await confirm(account, subscription, attempt)).expect(200);
    await account.schedule([{ channel: 'sms', sendAt: at(E, day), price: usd(2) }]);
    const { receipt, jws } = (await get()).expect<{ receipt: Record<string, unknown>; jws: string }>(200);
    expect(receipt).toMatchObject({
      subscriptionId: subscription.subscriptionId, planId: 'messaging-monthly', requestedAt: '2026-01-01T00:00:00.000Z', effectiveAt: E, reason: 'other', previewHash: preview.hash, resumedAt: null,
      consequences: preview.consequences.map(({ kind, at: date }) => ({ kind, at: date })), credits: preview.credits, numberFees: preview.numberFees.upcoming,
      disclosures: { accepted: preview.disclosures.map(({ id, version }) => ({ id, version })), language: 'en', textHash: textHashOf(preview) },
    });
    expect(JSON.stringify(receipt)).not.toContain('Farewell');
    expect(JSON.parse(Buffer.from(jws.split('.')[1]!, 'base64url').toString())).toEqual(receipt);
    const calendar = await get('.ics?locale=es');
    expect([calendar.headers.get('content-type'), calendar.headers.get('content-disposition')]).toEqual(['text/calendar; charset=utf-8', 'attachment; filename="dates.ics"']);
    const dates = preview.consequences.map(({ at: date }) => date.replace(/[-:]|\.\d{3}/g, ''));
    expect([...calendar.text.matchAll(/^DTSTART:(.*)\r$/gm)].map(([, date]) => date)).toEqual(dates);
    expect(calendar.text.replaceAll(/\r\n /g, '')).toContain('SUMMARY:Mensajería mensual termina');
    (await account.resume(subscription)).expect(200);
    expect((await get()).expect<{ receipt: unknown }>(200).receipt).toEqual({ ...receipt, resumedAt: '2026-01-01T00:00:00.000Z' });
    expect((await get('.ics')).told).toBe('409 cancellation_not_pending');
  });

  it('is there for an hour of the account\'s time, to the millisecond', async () => {
    const { account, subscription } = await subscribed();
    const early = await account.attempt(subscription);
    await account.advance(at('2026-01-01T00:00:00Z', hour));
    expect((await confirm(account, subscription, early)).told).toBe('409 attempt_expired');
    const late = await account.attempt(subscription);
    await account.advance(at('2026-01-01T01:00:00Z', hour - 1));
    expect((await confirm(account, subscription, late)).status).toBe(200);
  });

  it('is safe to repeat, with one cancellation in the end', async () => {
    const { account, subscription } = await subscribed();
    const earlier = await account.attempt(subscription);
    const attempt = await account.attempt(subscription);
    const answers = await Promise.all(['same', 'same', 'same'].map((key) => confirm(account, subscription, attempt, { key })));
    const settled = await confirm(account, subscription, attempt, { key: 'same' });
    expect(answers.every(({ told }) => told === '200' || told === '409 request_in_progress')).toBe(true);
    expect(settled.expect<Subscription>(200).cancellation?.effectiveAt).toBe(E);
    expect((await confirm(account, subscription, attempt, { key: 'other' })).expect<Subscription>(200).cancellation?.effectiveAt).toBe(E);
    expect((await confirm(account, subscription, earlier)).told).toBe('409 cancellation_already_pending');
    expect(await account.dated('CancellationRequested')).toEqual(['CancellationRequested 2026-01-01T00:00:00.000Z']);
  });
});

describe('a second cancellation while one is pending', () => {
  it('with the key of the first gets its answer, with another the one that is pending', async () => {
    const { account, subscription } = await subscribed();
    const body = { ...(await account.consent(subscription)), reason: { code: 'unused' } };
    const cancel = (key: string) => account.post(`${pathOf(subscription)}/cancellation`, body, { as: 'customer', key });
    const first = await cancel('a');
    const again = await cancel('a');
    expect([first.status, again.status, again.text]).toEqual([201, 201, first.text]);
    const other = await cancel('b');
    expect(other.told).toBe('409 cancellation_already_pending');
    expect(other.json<Problem>()['cancellation']).toMatchObject({ requestedAt: '2026-01-01T00:00:00.000Z', effectiveAt: E });
    expect((await account.post(`${pathOf(subscription)}/cancellation-attempts`, { reason: { code: 'unused' }, acknowledgedConsequences: true }, { as: 'customer' })).told).toBe('409 cancellation_already_pending');
    expect(await account.dated('CancellationRequested')).toHaveLength(1);
    expect((await account.preview(subscription)).effectiveAt).toBe(E);
  });

  it('in parallel is one', async () => {
    const { account, subscription } = await subscribed();
    const body = { ...(await account.consent(subscription)), reason: { code: 'unused' } };
    const answers = await Promise.all(Array.from({ length: 8 }, () => account.post(`${pathOf(subscription)}/cancellation`, body, { as: 'customer' })));
    expect(answers.map(({ told }) => told).sort()).toEqual(['201', ...Array<string>(7).fill('409 cancellation_already_pending')]);
    expect(await account.dated('CancellationRequested')).toHaveLength(1);
  });
});

describe('where the law wants one step', () => {
  it('one call without a reason is enough; elsewhere it is not', async () => {
    const strict = await subscribed({ cancellationMode: 'one-step' });
    const consent = await strict.account.consent(strict.subscription);
    const cancelled = (await strict.account.post(`${pathOf(strict.subscription)}/cancellation`, consent, { as: 'customer' })).expect<Subscription>(201);
    expect(cancelled.cancellation).toEqual({ requestedAt: '2026-01-01T00:00:00.000Z', effectiveAt: E, reason: null });
    const silent = await subscribed({ cancellationMode: 'one-step' });
    (await silent.account.post(`${pathOf(silent.subscription)}/cancellation`, {}, { as: 'customer' })).expect(201);
    const { data } = await silent.account.read<{ data: readonly Record<string, unknown>[] }>('/consents');
    expect(data).toEqual([expect.objectContaining({ disclosures: [], textHash: null, acknowledgedConsequences: false })]);
    const usual = await subscribed();
    expect((await usual.account.post(`${pathOf(usual.subscription)}/cancellation`, consent, { as: 'customer' })).told).toBe('422 invalid_request');
  });
});

describe('a resume', () => {
  it('reverts everything: the plan renews, the recharge is back, nothing is due', async () => {
    const { account, subscription } = await subscribed();
    (await account.send('PUT', '/wallet/auto-recharge', { as: 'customer', body: { enabled: true, threshold: usd(500), amount: usd(2000) } })).expect(200);
    await account.cancel(subscription);
    expect((await account.read<{ autoRecharge: { suspended: boolean } }>('/wallet')).autoRecharge.suspended).toBe(true);
    (await account.resume(subscription)).expect(200);
    expect((await account.read<{ autoRecharge: { suspended: boolean } }>('/wallet')).autoRecharge.suspended).toBe(false);
    expect((await account.membership()).standing).toBe('active');
    expect((await account.resume(subscription)).told).toBe('409 cancellation_not_pending');
    await account.advance(at(E, day));
    expect(await account.dated('SubscriptionRenewed', 'PeriodEnded', 'SubscriptionResumed')).toEqual(['SubscriptionResumed 2026-01-01T00:00:00.000Z', `SubscriptionRenewed ${E}`]);
  });

  it('and a new cancellation, over and over, count as they come', async () => {
    const { account, subscription } = await subscribed();
    for (let round = 0; round < 3; round += 1) {
      await account.cancel(subscription);
      (await account.resume(subscription)).expect(200);
    }
    await account.cancel(subscription);
    await account.advance(at(E, day));
    expect(await account.dated('PeriodEnded')).toEqual([`PeriodEnded ${E}`]);
    expect(await account.dated('CancellationRequested')).toHaveLength(4);
  });
});

describe('after the end', () => {
  it('nothing can be cancelled, resumed, changed, previewed or paid any more', async () => {
    const { account, subscription } = await subscribed();
    const attempt = await account.attempt(subscription);
    const consent = await account.consent(subscription);
    await account.cancel(subscription);
    await account.advance(E);
    const before = (await account.events()).length;
    const told = await Promise.all([
      account.resume(subscription),
      confirm(account, subscription, attempt),
      account.post(`${pathOf(subscription)}/cancellation`, { ...consent, reason: { code: 'unused' } }),
      account.post(`${pathOf(subscription)}/cancellation-attempts`, { reason: { code: 'unused' }, acknowledgedConsequences: true }),
      account.get(`${pathOf(subscription)}/cancellation/preview`),
      account.post(`${pathOf(subscription)}/plan`, { planId: 'messaging-annual' }),
      account.post(`${pathOf(subscription)}/past-due`),
      account.post(`${pathOf(subscription)}/paid`),
    ]);
    expect(told.map((answer) => answer.told)).toEqual(Array(8).fill('409 subscription_ended'));
    expect((await account.events()).length).toBe(before);
  });
});

describe('a trial', () => {
  it('ends on the wall clock of the account; then the first period is charged', async () => {
    const { account, subscription } = await subscribed({ now: '2026-03-01T08:00:00Z', timeZone: 'America/Los_Angeles' }, { trialDays: 14 });
    // Midnight to midnight, over the change to summer time.
    expect([subscription.status, subscription.currentPeriod.end]).toEqual(['trialing', '2026-03-15T07:00:00.000Z']);
    await account.advance('2026-03-15T07:00:00Z');
    expect(await account.subscription(subscription)).toMatchObject({ status: 'active', currentPeriod: { start: '2026-03-15T07:00:00.000Z', end: '2026-04-15T07:00:00.000Z' } });
    expect((await account.ledger()).map(({ kind, effectiveAt }) => [kind, effectiveAt])).toEqual([['card_charge', '2026-03-15T07:00:00.000Z']]);
  });

  it('that is cancelled runs to its end and is never charged', async () => {
    const { account, subscription } = await subscribed({}, { trialDays: 14 });
    await account.cancel(subscription);
    await account.advance('2026-01-14T23:59:59.999Z');
    expect((await account.entitlements()).features['messaging.send']).toBe(true);
    await account.advance('2026-03-01T00:00:00Z');
    expect((await account.subscription(subscription)).endedAt).toBe('2026-01-15T00:00:00.000Z');
    expect(await account.ledger()).toEqual([]);
  });
});

describe('a plan that is past due', () => {
  it('still renews, is paid, and can be cancelled', async () => {
    const { account, subscription } = await subscribed();
    expect((await account.post(`${pathOf(subscription)}/past-due`)).expect<Subscription>(200).status).toBe('past_due');
    await account.advance(E);
    expect(await account.subscription(subscription)).toMatchObject({ status: 'past_due', currentPeriod: { start: E } });
    expect((await account.post(`${pathOf(subscription)}/paid`)).expect<Subscription>(200).status).toBe('active');
    (await account.post(`${pathOf(subscription)}/past-due`)).expect(200);
    const cancelled = await account.cancel(subscription);
    expect([cancelled.status, cancelled.cancelAtPeriodEnd]).toEqual(['past_due', true]);
    const charges = (await account.ledger()).length;
    await account.advance('2026-05-01T00:00:00Z');
    expect([(await account.subscription(subscription)).status, (await account.ledger()).length]).toEqual(['ended', charges]);
  });
});

describe('a change of plan', () => {
  it('begins with the next period', async () => {
    const { account, subscription } = await subscribed();
    expect((await account.post(`${pathOf(subscription)}/plan`, { planId: 'messaging-annual' })).expect<Subscription>(200)).toMatchObject({ planId: 'messaging-monthly', nextPlanId: 'messaging-annual' });
    await account.advance(E);
    expect(await account.subscription(subscription)).toMatchObject({ planId: 'messaging-annual', nextPlanId: null, currentPeriod: { start: E, end: '2027-02-01T00:00:00.000Z' } });
    expect((await account.ledger()).map(({ amount }) => amount.amount)).toEqual([4900, 49_000]);
  });

  it('is refused while a cancellation is pending, and to another kind', async () => {
    const { account, subscription } = await subscribed();
    expect((await account.post(`${pathOf(subscription)}/plan`, { planId: 'calling-monthly' })).status).toBe(422);
    await account.cancel(subscription);
    expect((await account.post(`${pathOf(subscription)}/plan`, { planId: 'messaging-annual' })).told).toBe('409 plan_change_while_cancelling');
  });

  it('leaves one open subscription per kind', async () => {
    const { account } = await subscribed();
    expect((await account.post('/subscriptions', { planId: 'messaging-annual' }, { as: 'customer' })).told).toBe('409 already_subscribed');
  });
});

describe('periods', () => {
  it('keep to the day of the first start and never drift', async () => {
    const { account, subscription } = await subscribed({ now: '2027-10-31T10:00:00Z', timeZone: 'Europe/Berlin' });
    expect(subscription.currentPeriod.end).toBe('2027-11-30T10:00:00.000Z');
    await account.advance('2028-05-01T00:00:00Z');
    expect(await account.dated('SubscriptionRenewed')).toEqual([
      '2027-11-30T10:00:00.000Z', '2027-12-31T10:00:00.000Z', '2028-01-31T10:00:00.000Z', '2028-02-29T10:00:00.000Z', '2028-03-31T09:00:00.000Z', '2028-04-30T09:00:00.000Z',
    ].map((when) => `SubscriptionRenewed ${when}`));
  });
});
