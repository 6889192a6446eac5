// Lives that show everything once: each scenario that an integrating platform meets, and around it every operation and every refusal that can be brought about.
import { createHmac } from 'node:crypto';
import { reportNames } from '#read-models';
import { Account, at, day } from '../end-to-end/account.js';
import type { Client, Options } from '../end-to-end/client.js';
import { eventually } from '../support/eventually.js';
import { usd, type OpsEffect, type RecordedEvent, type Subscription } from '../end-to-end/shapes.js';

export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly events: readonly RecordedEvent[];
}

const start = '2026-03-30T07:00:00.000Z';
const E = '2026-04-30T07:00:00.000Z';
const D14 = '2026-05-14T07:00:00.000Z';
const D30 = '2026-05-30T07:00:00.000Z';
const P = '2027-04-30T07:00:00.000Z';

const operator: Options = { as: 'operator' };

export class Lives {
  readonly scenarios: Scenario[] = [];

  constructor(private readonly client: Client) {}

  /** Everything that has happened by now. */
  all(): Promise<RecordedEvent[]> {
    return this.client.all('/v1/events');
  }

  private open(accountId: string): Promise<Account> {
    return Account.open(this.client, { accountId, name: 'Ann', email: 'ann@example.com', now: start, timeZone: 'America/Los_Angeles' });
  }

  /** What has happened to the account since the last scenario of it. */
  private async scenario(account: Account, name: string, about: string): Promise<void> {
    const known = this.scenarios.flatMap(({ events }) => events).map(({ eventId }) => eventId);
    this.scenarios.push({ name, about, events: (await account.events()).filter(({ eventId }) => !known.includes(eventId)) });
  }

  /** Subscribed, cancelled, resumed, cancelled again, ended, released, expired, purged. */
  async leaving(): Promise<void> {
    const acme = await this.open('acme');
    const subscription = await acme.subscribe();
    await acme.buyNumbers(2);
    await acme.registerTenDlc();
    await acme.topUp(300);
    (await acme.send('PUT', '/wallet/auto-recharge', { body: { enabled: false, threshold: usd(500), amount: usd(2000) } })).expect(200);
    await acme.schedule([{ messageId: 'welcome', channel: 'sms', sendAt: '2026-04-01T16:00:00Z', price: usd(2) }, { messageId: 'may-day', channel: 'sms', sendAt: '2026-05-01T16:00:00Z', price: usd(2) }, { messageId: 'june', channel: 'rvm', sendAt: '2026-06-01T16:00:00Z', price: usd(5) }]);
    (await acme.post('/scheduled-messages/welcome/sent')).expect(200);
    await acme.storeEverything();
    await this.scenario(acme, 'Subscribe', 'An account is opened and subscribes; it buys numbers, registers for 10DLC, tops its wallet up and schedules messages.');
    await acme.preview(subscription);
    await this.inTwoSteps(acme, subscription);
    await this.scenario(acme, 'Cancel', 'The consequences are acknowledged, then the cancellation is confirmed. With the last plan auto-recharge rests.');
    (await acme.resume(subscription)).expect(200);
    await this.scenario(acme, 'Resume', 'Taken back before the period ended: everything is as if nothing had happened.');
    await acme.cancel(subscription);
    await this.reading(acme, subscription);
    await acme.advance(E);
    await this.scenario(acme, 'End', 'Cancelled once more, in one call, and the period ends: the fees of the numbers leave the wallet as far as it goes, unsent messages are credited, the features stop.');
    await acme.advance(D14);
    await this.scenario(acme, 'Release', '14 days later the numbers are released; a week and a day before, it is announced.');
    await acme.advance(D30);
    await this.scenario(acme, 'Expire', '30 days after the end the 10DLC registration expires.');
    await acme.advance(P);
    await this.scenario(acme, 'Purge', 'A year after the end everything is deleted. From then on personal fields are null in everything that was told before, too.');
    (await acme.get('/purge-certificate')).expect(200);
    await this.client.get('/.well-known/jwks.json', { as: null });
    await acme.get('/membership');
  }

  private async inTwoSteps(account: Account, subscription: Subscription): Promise<void> {
    const { attemptId } = await account.attempt(subscription, { reason: { code: 'too_expensive', comment: 'Twice of what I paid before.' } });
    const path = `/subscriptions/${subscription.subscriptionId}/cancellation-attempts/${attemptId}/confirm`;
    const consent = await account.consent(subscription);
    await account.post(path, { ...consent, acceptedDisclosures: consent.acceptedDisclosures.slice(1) });
    await account.post(path, { ...consent, acceptedDisclosures: consent.acceptedDisclosures.map((one) => ({ ...one, version: '2025-01' })) });
    (await account.post(path, consent, { as: 'customer' })).expect(200);
  }

  private async reading(account: Account, subscription: Subscription): Promise<void> {
    for (const path of ['', '/membership', '/entitlements', '/timeline', '/consents', '/numbers', '/ten-dlc', '/wallet', '/ledger', '/scheduled-messages']) (await account.get(path)).expect(200);
    for (const path of ['receipt', 'receipt.ics']) await account.get(`/subscriptions/${subscription.subscriptionId}/cancellation/${path}`, { as: 'customer' });
    await account.get('/data/contacts', { as: 'customer' });
    (await account.get('/data-access', operator)).expect(200);
    await account.subscription(subscription);
    (await this.client.get('/v1/plans', { as: null })).expect(200);
    (await this.client.get('/v1/accounts?email=Ann@Example.com', operator)).expect(200);
    await this.client.get('/v1/accounts?email=ann', operator);
    (await this.client.get('/v1/events?limit=3')).expect(200);
    (await this.client.post('/v1/opt-outs/lookups', { body: { values: ['+1 206 555 0100'] } })).expect(200);
  }

  /** Ended, and back after the numbers were gone. */
  async returning(): Promise<void> {
    const bravo = await this.open('bravo');
    const subscription = await bravo.subscribe();
    await bravo.buyNumbers(1);
    await bravo.cancel(subscription);
    await bravo.advance(at(D14, day));
    const before = await bravo.events();
    await bravo.subscribe('messaging-annual');
    const known = before.map(({ eventId }) => eventId);
    this.scenarios.push({
      name: 'Return', about: 'Somebody comes back after the numbers were released, and before the 10DLC registration would have expired: `returned` says what was lost.',
      events: (await bravo.events()).filter(({ eventId }) => !known.includes(eventId)),
    });
  }

  /** Asks to be forgotten as soon as the plan has ended; a hold stands in the way first. */
  async erased(): Promise<void> {
    const charlie = await this.open('charlie');
    const subscription = await charlie.subscribe();
    await charlie.post('/erasure', { basis: 'gdpr-art-17' }, operator);
    await charlie.cancel(subscription);
    await charlie.advance(E);
    const known = (await charlie.events()).map(({ eventId }) => eventId);
    const { holdId } = (await charlie.post('/legal-holds', { reason: 'A matter before a court', reviewAt: '2026-12-01T00:00:00Z' }, operator)).expect<{ holdId: string }>(201);
    (await charlie.get('/legal-holds', operator)).expect(200);
    await charlie.post('/erasure', { basis: 'gdpr-art-17' }, operator);
    (await charlie.send('DELETE', `/legal-holds/${holdId}`, operator)).expect(204);
    (await charlie.post('/erasure', { basis: 'gdpr-art-17' }, operator)).expect(202);
    await eventually('it is erased', async () => (await charlie.events('DataPurged')).length > 0, 240_000);
    const events = await charlie.events();
    this.scenarios.push({ name: 'Erase', about: 'A hold is placed and lifted; then an operator grants an early erasure, on a request that was verified outside.', events: events.filter(({ eventId }) => !known.includes(eventId)) });
  }

  /** Taken over from another system long after its end: a dry run, a bad line, and what waits for an operator. */
  async imported(): Promise<void> {
    const { client } = this;
    const period = { start: '2020-03-30T07:00:00Z', end: '2020-04-30T07:00:00Z' };
    const cancellation = { requestedAt: '2020-04-10T17:00:00Z', reason: { code: 'switched_service' } };
    const foxtrot = {
      externalId: 'cus_4711', accountId: 'foxtrot', name: 'Fox', email: 'fox@example.com', timeZone: 'America/Los_Angeles',
      subscriptions: [{ planId: 'messaging-monthly', startedAt: '2020-01-30T08:00:00Z', currentPeriod: period, status: 'ended', cancellation }],
    };
    const raw = { type: 'application/x-ndjson', content: [foxtrot, { ...foxtrot, externalId: 'cus_4712', timeZone: 'Mars' }].map((line) => `${JSON.stringify(line)}\n`).join('') };
    for (const dryRun of [true, false]) {
      const { importId } = (await client.post(`/v1/imports?dryRun=${String(dryRun)}`, { ...operator, raw })).expect<{ importId: string }>(202);
      const path = `/v1/imports/${importId}`;
      await eventually('it is carried out', async () => (await client.get(path, operator)).json<{ status: string }>().status === 'done', 240_000);
      for (const what of ['/problems', '/held']) await client.get(path + what, operator);
    }
    (await client.get('/v1/imports', operator)).expect(200);
    this.scenarios.push({
      name: 'Import', about: 'An account is taken over from another system: what happened there bears the dates of then, and is `imported`. What was due by then and cannot be undone is held until an operator lets it go.',
      events: await client.all<RecordedEvent>('/v1/accounts/foxtrot/events'),
    });
  }

  /** What is refused, and why. */
  async refused(): Promise<void> {
    const { client } = this;
    const delta = await this.open('delta');
    const path = ({ subscriptionId }: Subscription, rest: string) => `/subscriptions/${subscriptionId}${rest}`;
    await client.get('/v1/plans', { as: null });
    await client.get('/v1/ops/health', { as: null });
    await client.get('/v1/ops/health');
    await client.get('/v1/accounts/nobody');
    await client.post('/v1/accounts', { body: { accountId: 'delta', name: 'Dee', email: 'dee', timeZone: 'Mars' } });
    await client.post('/v1/accounts', { body: { accountId: 'delta', name: 'Dee', email: 'dee@example.com', timeZone: 'UTC' } });
    await client.post('/v1/accounts/delta/wallet/top-ups', { key: 'once', body: { amount: usd(500) } });
    await client.post('/v1/accounts/delta/wallet/top-ups', { key: 'once', body: { amount: usd(600) } });
    (await delta.send('PATCH', '', { body: { name: 'Ann Example' } })).expect(200);
    await delta.post('/numbers', { e164: '+12065559901' });
    await delta.post('/ten-dlc/approve', undefined, operator);
    const subscription = await delta.subscribe();
    await delta.post('/subscriptions', { planId: 'messaging-annual' });
    (await delta.post(path(subscription, '/past-due'))).expect(200);
    (await delta.post(path(subscription, '/paid'))).expect(200);
    (await delta.post(path(subscription, '/plan'), { planId: 'messaging-annual' })).expect(200);
    const [e164] = await delta.buyNumbers(2);
    await delta.post('/numbers', { e164 });
    const echo = await this.open('echo');
    const ofEcho = await echo.subscribe('calling-monthly');
    await echo.post('/numbers', { e164 });
    await delta.registerTenDlc();
    await delta.post('/ten-dlc', { brandName: 'Delta' });
    await delta.schedule([{ messageId: 'one', channel: 'sms', sendAt: '2026-06-01T16:00:00Z', price: usd(2) }, { messageId: 'two', channel: 'sms', sendAt: '2026-06-01T16:00:00Z', price: usd(2) }]);
    await delta.post('/scheduled-messages', { messages: [{ messageId: 'one', channel: 'sms', sendAt: '2026-06-02T16:00:00Z', price: usd(3) }] });
    await delta.post('/scheduled-messages/one/sent');
    await delta.send('DELETE', '/scheduled-messages/one');
    (await delta.send('DELETE', '/scheduled-messages/two')).expect(204);
    await delta.post('/scheduled-messages/two/sent');
    const reports = ['one', 'two', 'three'].map((messageId) => `${JSON.stringify({ messageId })}\n`).join('');
    (await delta.post('/scheduled-messages/sent', undefined, { raw: { type: 'application/x-ndjson', content: reports } })).expect(200);
    await delta.post('/scheduled-messages/sent', undefined, { raw: { type: 'application/x-ndjson', content: '{"messageId":"one"}\n{"id":"two"}\n' } });
    await delta.resume(subscription);
    const consent = await delta.consent(subscription);
    await delta.post(path(subscription, '/cancellation'), { ...consent, reason: { code: 'bored' } });
    await delta.post(path(subscription, '/cancellation'), { ...consent, reason: { code: 'unused' }, acknowledgedConsequences: false });
    await delta.post(path(subscription, '/cancellation-attempts'), { reason: { code: 'unused' }, acknowledgedConsequences: true, previewHash: '0'.repeat(64) });
    const used = await delta.attempt(subscription);
    (await delta.post(path(subscription, `/cancellation-attempts/${used.attemptId}/confirm`), consent)).expect(200);
    await delta.resume(subscription);
    await delta.post(path(subscription, `/cancellation-attempts/${used.attemptId}/confirm`), consent);
    const late = await delta.attempt(subscription);
    await delta.advance(at(start, 2 * 3_600_000));
    await delta.post(path(subscription, `/cancellation-attempts/${late.attemptId}/confirm`), consent);
    await delta.cancel(subscription);
    await delta.post(path(subscription, '/cancellation'), { ...consent, reason: { code: 'unused' } });
    await delta.post(path(subscription, '/plan'), { planId: 'messaging-monthly' });
    await delta.removeNumber(e164!);
    await delta.advance(D14);
    await delta.store('contacts', [{ id: 'late' }]);
    await delta.post(path(subscription, '/cancellation'), { ...consent, reason: { code: 'unused' } });
    for (const { e164: gone } of await delta.numbers()) if (gone !== null) await delta.send('DELETE', `/numbers/${encodeURIComponent(gone)}`);
    await this.charged(echo);
    await this.onPage(echo);
    await this.sent();
    await echo.cancel(ofEcho);
    await echo.post('/wallet/top-up-requests', { amount: usd(2000) });
    await this.operated(echo);
  }

  /** What the payment system tells of what the card was asked for. */
  private async charged(account: Account): Promise<void> {
    const ask = async () => (await account.post('/wallet/top-up-requests', { amount: usd(2000) }, { as: 'customer' })).expect<{ chargeId: string }>(201).chargeId;
    const [collected, failed] = [await ask(), await ask()];
    await account.get('/wallet');
    (await account.post(`/charges/${encodeURIComponent(collected)}/collected`)).expect(200);
    (await account.post(`/charges/${encodeURIComponent(failed)}/failed`, { reason: 'The card was declined' })).expect(200);
    await account.post('/charges/unknown/collected');
  }

  /** What the customer's own page asks for first, and last. */
  private async onPage(account: Account): Promise<void> {
    const { url } = (await account.post('/page-sessions')).expect<{ url: string }>(201);
    const opened = await fetch(url, { redirect: 'manual' });
    const headers = { cookie: opened.headers.get('set-cookie')!.split(';')[0]!, origin: new URL(url).origin };
    (await this.client.get('/v1/page-session', { as: null, headers })).expect(200);
    (await this.client.send('DELETE', '/v1/page-session', { as: null, headers })).expect(204);
    (await this.client.get(`/v1/dev/mails?accountId=${account.accountId}`)).expect(200);
    (await this.client.get('/v1/dev/queue')).expect(200);
    (await this.client.send('PUT', '/v1/dev/faults/queue-emptied', { body: { seconds: 60 } })).expect(200);
    (await this.client.get('/v1/dev/faults/queue-emptied')).expect(200);
    (await this.client.send('DELETE', '/v1/dev/faults/queue-emptied')).expect(204);
  }

  /** An endpoint that nobody listens at: what is attempted there can be looked at, and sent again. */
  private async sent(): Promise<void> {
    const { client } = this;
    const { endpointId } = (await client.post('/v1/webhook-endpoints', { body: { url: 'http://127.0.0.1:9/sunset', events: ['PeriodEnded', 'LossAnnounced'] } })).expect<{ endpointId: string }>(201);
    const at = `/v1/webhook-endpoints/${endpointId}`;
    await client.post('/v1/webhook-endpoints', { body: { url: 'http://127.0.0.1:9/sunset', events: ['PeriodBegan'] } });
    (await client.get('/v1/webhook-endpoints')).expect(200);
    (await client.get(at)).expect(200);
    (await client.post(`${at}/rotate-secret`)).expect(200);
    while ((await client.post(`${at}/rotate-secret`)).status === 200);
    const { deliveryId } = (await client.post(`${at}/test`)).expect<{ deliveryId: string }>(202);
    (await client.get(`${at}/deliveries`)).expect(200);
    (await client.get(`${at}/deliveries/${deliveryId}`)).expect(200);
    (await client.post(`${at}/deliveries/${deliveryId}/replay`)).expect(202);
    (await client.post(`${at}/replay`, { body: { since: start } })).expect(202);
    (await client.send('PATCH', at, { body: { status: 'disabled' } })).expect(200);
    await client.post(`${at}/test`);
    (await client.send('DELETE', at)).expect(204);
  }

  /** A number that its carrier does not let go, and what operators do about it. */
  private async operated(account: Account): Promise<void> {
    const { client } = this;
    const act = (path: string, body?: unknown) => client.post(`/v1/ops${path}`, { ...operator, ...(body !== undefined && { body }) });
    const bought = await account.buyNumbers(2);
    const fault = (e164: string) => `/v1/dev/carrier/faults/${encodeURIComponent(e164)}`;
    for (const e164 of bought) (await client.send('PUT', fault(e164), { ...operator, body: { fault: 'blocked' } })).expect(200);
    (await client.get(fault(bought[0]!), operator)).expect(200);
    const { pauseId } = (await act('/pauses', { kind: 'release-number', carrier: 'twilio', reason: 'The carrier works on its network' })).expect<{ pauseId: string }>(201);
    (await client.get('/v1/ops/pauses', operator)).expect(200);
    (await client.send('DELETE', `/v1/ops/pauses/${pauseId}?reason=over`, operator)).expect(200);
    await client.send('DELETE', `/v1/ops/pauses/${pauseId}?reason=over`, operator);
    (await act(`/pauses/${pauseId}/redact`)).expect(200);
    const pausing = { act: 'pause', filter: { list: 'effects', carrier: 'telnyx' }, reason: 'The carrier works on its network' };
    await act('/acts', { ...pausing, dryRun: false });
    const { actId } = (await act('/acts', { ...pausing, dryRun: true })).expect<{ actId: string }>(200);
    (await act('/acts', { ...pausing, dryRun: false, shown: actId })).expect(200);
    const lettingGo = { act: 'let-go', filter: { list: 'pauses', actId }, reason: 'The carrier is back' };
    (await act('/acts', { ...lettingGo, dryRun: true })).expect(200);
    (await act('/acts', { ...lettingGo, dryRun: false })).expect(200);
    (await client.get('/v1/ops/acts', operator)).expect(200);
    (await client.get(`/v1/ops/acts/${actId}`, operator)).expect(200);
    (await client.get(`/v1/ops/acts/${actId}/targets`, operator)).expect(200);
    (await act(`/acts/${actId}/redact`)).expect(200);
    await account.advance(D14);
    const [first, second] = (await client.all<OpsEffect>(`/v1/ops/effects?accountId=${account.accountId}&kind=release-number`, operator)) as [OpsEffect, OpsEffect];
    (await client.get(`/v1/ops/effects/${first.effectId}/attempts`, operator)).expect(200);
    (await client.get(`/v1/ops/accounts/${account.accountId}/states?limit=2`, operator)).expect(200);
    (await client.get(`/v1/ops/accounts/${account.accountId}/states/2`, operator)).expect(200);
    (await client.get('/v1/staff/sign-in', { as: null })).expect(200);
    (await client.get('/v1/staff/me', operator)).expect(200);
    (await act(`/effects/${first.effectId}/settle`, { reason: 'Given back by hand' })).expect(200);
    await act(`/effects/${first.effectId}/settle`, { reason: 'Given back by hand' });
    await act(`/effects/${first.effectId}/retry`, { reason: 'Once more' });
    for (const e164 of bought) (await client.send('DELETE', fault(e164), operator)).expect(204);
    (await act(`/effects/${second.effectId}/retry`, { reason: 'The carrier has unlocked it' })).expect(200);
    await eventually('all numbers are settled', async () => (await account.events('NumbersReleased')).length > 0, 240_000);
    const noted = (await account.events('NumberReleased')).find(({ data }) => data['outcome'] === 'settled-elsewhere');
    (await act(`/events/${noted!.eventId}/redact`)).expect(204);
    await act(`/events/${(await account.events('AccountOpened'))[0]!.eventId}/redact`);
    (await account.post('/legal-holds', { reason: 'A matter before a court', reviewAt: '2031-01-01T00:00:00Z' }, operator)).expect(201);
    await account.advance(at(P, day));
    const [held] = await account.opsDeadlines('&kind=purge-data');
    (await act(`/deadlines/${held!.deadlineId}/retry`, { reason: 'Looked at' })).expect(200);
    const [fired] = await account.opsDeadlines('&status=fired');
    await act(`/deadlines/${fired!.deadlineId}/retry`, { reason: 'Looked at' });
    (await act('/drift/runs')).expect(202);
    for (const path of ['health', 'drift', 'drift/runs', 'outlook', 'legal-holds', 'webhook-endpoints', 'projections', 'purge-preview?limit=1', 'purges', 'purge-stops', 'staff-reads?limit=1', 'staff-reads/verification']) (await client.get(`/v1/ops/${path}`, operator)).expect(200);
    const [purge] = (await client.get('/v1/ops/purges?limit=1', operator)).json<{ data: { purgeId: string }[] }>().data;
    (await client.get(`/v1/ops/purges/${purge!.purgeId}`, operator)).expect(200);
    (await client.get(`/v1/ops/purges/${purge!.purgeId}/evidence`, operator)).expect(200);
    await act(`/purges/${purge!.purgeId}/retry`, {});
    await this.calledBack();
    (await act('/projections/cancellations/rebuild')).expect(202);
    for (const report of ['', ...reportNames.map((name) => `/${name}`)]) (await client.get(`/v1/analytics${report}`, { as: 'analyst' })).expect(200);
    for (const path of ['/health/live', '/health/ready', '/metrics']) await client.get(path, { as: null });
    await client.get('/v1/analytics/reasons/sql', { as: 'analyst' });
  }

  /** By the sandbox's carrier, whose signature anybody can make. */
  private async calledBack(): Promise<void> {
    const body = JSON.stringify({ kind: 'number', name: '+12065550100', became: 'gone' });
    const at = Math.floor(Date.now() / 1000);
    const signature = createHmac('sha256', 'sandbox').update(`${at}.${body}`).digest('hex');
    const call = (headers: Record<string, string>) => this.client.post('/v1/carriers/sandbox/callbacks', { as: null, raw: { type: 'application/json', content: body }, headers });
    (await call({ 'sandbox-signature': `t=${at},v1=${signature}` })).expect(200);
    (await call({ 'sandbox-signature': 'none' })).expect(403);
  }
}
