// Who may do what: every route that the service publishes, with every role, on an account of one's own, somebody else's and nobody's.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Account } from './account.js';
import type { Role } from './client.js';
import type { Operation } from './contract.js';
import { bodySchema, goodBody } from './requests.js';
import { startLimitMs, startRunning, type Running } from './running.js';
import type { Problem, ScheduledMessage, TestClock } from './shapes.js';

const roles: readonly Role[] = ['customer', 'service', 'operator', 'analyst'];

/** The table of routes of the contract; what is missing here, or there, is an error. */
const policies: Readonly<Record<string, readonly Role[]>> = {
  'POST /v1/accounts': ['service'],
  'GET /v1/accounts': ['service', 'operator'],
  'GET /v1/accounts/{accountId}': ['customer', 'service', 'operator'],
  'PATCH /v1/accounts/{accountId}': ['customer', 'service'],
  'POST /v1/accounts/{accountId}/subscriptions': ['customer', 'service'],
  'GET /v1/accounts/{accountId}/subscriptions/{subscriptionId}': ['customer', 'service', 'operator'],
  'POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/plan': ['customer', 'service'],
  'POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/past-due': ['service'],
  'POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/paid': ['service'],
  'GET /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation/preview': ['customer', 'service'],
  'GET /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation/receipt': ['customer', 'service'],
  'GET /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation/receipt.ics': ['customer', 'service'],
  'POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation-attempts': ['customer', 'service'],
  'POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation-attempts/{attemptId}/confirm': ['customer', 'service'],
  'POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation': ['customer', 'service'],
  'POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/resume': ['customer', 'service'],
  'GET /v1/accounts/{accountId}/consents': ['customer', 'service', 'operator'],
  'GET /v1/accounts/{accountId}/membership': ['customer', 'service', 'operator'],
  'GET /v1/accounts/{accountId}/entitlements': ['customer', 'service'],
  'GET /v1/accounts/{accountId}/timeline': ['customer', 'service', 'operator'],
  'GET /v1/accounts/{accountId}/events': ['service', 'operator'],
  'GET /v1/events': ['service'],
  'POST /v1/accounts/{accountId}/numbers': ['service'],
  'GET /v1/accounts/{accountId}/numbers': ['customer', 'service', 'operator'],
  'DELETE /v1/accounts/{accountId}/numbers/{e164}': ['customer', 'service'],
  'POST /v1/accounts/{accountId}/ten-dlc': ['service'],
  'GET /v1/accounts/{accountId}/ten-dlc': ['customer', 'service', 'operator'],
  'POST /v1/accounts/{accountId}/ten-dlc/approve': ['service', 'operator'],
  'POST /v1/accounts/{accountId}/scheduled-messages': ['service'],
  'GET /v1/accounts/{accountId}/scheduled-messages': ['customer', 'service'],
  'POST /v1/accounts/{accountId}/scheduled-messages/sent': ['service'],
  'POST /v1/accounts/{accountId}/scheduled-messages/{messageId}/sent': ['service'],
  'DELETE /v1/accounts/{accountId}/scheduled-messages/{messageId}': ['service'],
  'GET /v1/accounts/{accountId}/wallet': ['customer', 'service'],
  'POST /v1/accounts/{accountId}/wallet/top-ups': ['service'],
  'POST /v1/accounts/{accountId}/wallet/top-up-requests': ['customer', 'service'],
  'PUT /v1/accounts/{accountId}/wallet/auto-recharge': ['customer', 'service'],
  'POST /v1/accounts/{accountId}/charges/{chargeId}/collected': ['service'],
  'POST /v1/accounts/{accountId}/charges/{chargeId}/failed': ['service'],
  'GET /v1/accounts/{accountId}/ledger': ['customer', 'service', 'operator'],
  'POST /v1/accounts/{accountId}/data/{category}': ['service'],
  'GET /v1/accounts/{accountId}/data/{category}': ['customer', 'service'],
  'GET /v1/accounts/{accountId}/data-export': ['customer', 'service'],
  'GET /v1/accounts/{accountId}/data-access': ['service', 'operator'],
  'GET /v1/accounts/{accountId}/legal-holds': ['operator'],
  'POST /v1/accounts/{accountId}/legal-holds': ['operator'],
  'DELETE /v1/accounts/{accountId}/legal-holds/{holdId}': ['operator'],
  'POST /v1/accounts/{accountId}/erasure': ['operator'],
  'GET /v1/accounts/{accountId}/purge-certificate': ['customer', 'service', 'operator'],
  'POST /v1/accounts/{accountId}/page-sessions': ['service'],
  'GET /v1/page-session': ['customer'],
  'DELETE /v1/page-session': ['customer'],
  'POST /v1/opt-outs/lookups': ['service'],
  'POST /v1/imports': ['service', 'operator'],
  'GET /v1/imports': ['service', 'operator'],
  'GET /v1/imports/{importId}': ['service', 'operator'],
  'GET /v1/imports/{importId}/problems': ['service', 'operator'],
  'GET /v1/imports/{importId}/held': ['service', 'operator'],
  'POST /v1/test-clocks': ['service', 'operator'],
  'GET /v1/test-clocks/{testClockId}': ['service', 'operator'],
  'POST /v1/test-clocks/{testClockId}/advance': ['service', 'operator'],
  'GET /v1/ops/deadlines': ['operator'],
  'POST /v1/ops/deadlines/{deadlineId}/retry': ['operator'],
  'POST /v1/ops/events/{eventId}/redact': ['operator'],
  'GET /v1/ops/projections': ['operator'],
  'POST /v1/ops/projections/{name}/rebuild': ['operator'],
  'GET /v1/ops/health': ['operator'],
  'GET /v1/ops/purges': ['operator'],
  'GET /v1/ops/purges/{purgeId}': ['operator'],
  'GET /v1/ops/purges/{purgeId}/evidence': ['operator'],
  'POST /v1/ops/purges/{purgeId}/retry': ['operator'],
  'POST /v1/ops/purges/{purgeId}/redact': ['operator'],
  'GET /v1/ops/purge-preview': ['operator'],
  'GET /v1/ops/purge-stops': ['operator'],
  'POST /v1/ops/purge-stops/{stopId}/confirm': ['operator'],
  'POST /v1/ops/purge-stops/{stopId}/redact': ['operator'],
  'GET /v1/ops/effects': ['operator'],
  'GET /v1/ops/effects/{effectId}/attempts': ['operator'],
  'POST /v1/ops/effects/{effectId}/retry': ['operator'],
  'POST /v1/ops/effects/{effectId}/settle': ['operator'],
  'GET /v1/ops/staff-reads': ['operator'],
  'GET /v1/ops/staff-reads/verification': ['operator'],
  'GET /v1/ops/pauses': ['operator'],
  'POST /v1/ops/pauses': ['operator'],
  'DELETE /v1/ops/pauses/{pauseId}': ['operator'],
  'POST /v1/ops/pauses/{pauseId}/redact': ['operator'],
  'GET /v1/dev/mails': ['service', 'operator'],
  'PUT /v1/dev/faults/{fault}': ['service', 'operator'],
  'GET /v1/dev/faults/{fault}': ['service', 'operator'],
  'DELETE /v1/dev/faults/{fault}': ['service', 'operator'],
  'GET /v1/dev/queue': ['service', 'operator'],
  'POST /v1/webhook-endpoints': ['service'],
  'GET /v1/webhook-endpoints': ['service'],
  'GET /v1/webhook-endpoints/{endpointId}': ['service'],
  'PATCH /v1/webhook-endpoints/{endpointId}': ['service'],
  'DELETE /v1/webhook-endpoints/{endpointId}': ['service'],
  'POST /v1/webhook-endpoints/{endpointId}/rotate-secret': ['service'],
  'POST /v1/webhook-endpoints/{endpointId}/test': ['service'],
  'POST /v1/webhook-endpoints/{endpointId}/replay': ['service'],
  'GET /v1/webhook-endpoints/{endpointId}/deliveries': ['service'],
  'GET /v1/webhook-endpoints/{endpointId}/deliveries/{deliveryId}': ['service'],
  'POST /v1/webhook-endpoints/{endpointId}/deliveries/{deliveryId}/replay': ['service'],
  'PUT /v1/dev/carrier/faults/{subject}': ['service', 'operator'],
  'GET /v1/dev/carrier/faults/{subject}': ['service', 'operator'],
  'DELETE /v1/dev/carrier/faults/{subject}': ['service', 'operator'],
  ...Object.fromEntries(
    ['cancellations', 'reasons', 'churn', 'cohorts', 'funnel', 'returns', 'upcoming', 'money'].map((report) => [`GET /v1/analytics/${report}`, ['analyst', 'operator'] as const]),
  ),
};

/** Every field that a customer's token may send. What costs the platform money is not among them, but for what is refused by name. */
const saidByCustomers: Readonly<Record<string, readonly string[]>> = {
  'PATCH /v1/accounts/{accountId}': ['email', 'locale', 'name', 'timeZone'],
  'POST /v1/accounts/{accountId}/subscriptions': ['planId', 'trialDays'],
  'POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/plan': ['planId'],
  'POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation-attempts': ['acknowledgedConsequences', 'locale', 'previewHash', 'reason'],
  'POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation-attempts/{attemptId}/confirm': ['acceptedDisclosures', 'acknowledgedConsequences'],
  'POST /v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation': ['acceptedDisclosures', 'acknowledgedConsequences', 'locale', 'reason'],
  'POST /v1/accounts/{accountId}/wallet/top-up-requests': ['amount'],
  'PUT /v1/accounts/{accountId}/wallet/auto-recharge': ['amount', 'enabled', 'threshold'],
};

const open = ['GET /v1/plans', 'POST /v1/dev/tokens', 'GET /health/live', 'GET /health/ready', 'GET /metrics', 'GET /.well-known/jwks.json'];

let running: Running;
let own: Account;
let foreign: Account;
let ownIds: Readonly<Record<string, string>>;
let foreignIds: Readonly<Record<string, string>>;

const routeOf = ({ method, path }: Operation): string => `${method} ${path}`;
const secured = (): readonly Operation[] => running.client.contract.operations.filter((operation) => operation.security.length > 0);
const ofAccounts = (): readonly Operation[] => secured().filter(({ path }) => path.includes('{accountId}'));
const fill = (path: string, ids: Readonly<Record<string, string>>): string => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? 'nothing'));

beforeAll(async () => {
  running = await startRunning({ workers: 0, redis: false });
  [own, foreign] = await Promise.all([furnished(), furnished()]);
  [ownIds, foreignIds] = await Promise.all([idsOf(own), idsOf(foreign)]);
}, startLimitMs);

afterAll(() => running.stop(), startLimitMs);

async function furnished(): Promise<Account> {
  const account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
  await account.subscribe();
  return account;
}

/** Something real for every parameter of a path. */
async function idsOf(account: Account): Promise<Readonly<Record<string, string>>> {
  const [subscription] = (await account.membership()).subscriptions;
  const [e164] = await account.buyNumbers(1);
  const { attemptId } = await account.attempt(subscription!);
  const [message] = await account.schedule([{ channel: 'sms', sendAt: '2026-02-15T00:00:00Z', price: { amount: 2, currency: 'USD' } }]);
  const { holdId } = (await account.post('/legal-holds', { reason: 'a matter', reviewAt: '2031-01-01T00:00:00Z' }, { as: 'operator' })).expect<{ holdId: string }>(201);
  const clock = (await running.client.post('/v1/test-clocks', { body: { now: '2026-01-01T00:00:00Z' } })).expect<TestClock>(201);
  const [deadline] = await account.opsDeadlines();
  return {
    accountId: account.accountId, subscriptionId: subscription!.subscriptionId, e164: e164!, attemptId, messageId: (message as ScheduledMessage).messageId, holdId, category: 'contacts',
    chargeId: `${subscription!.subscriptionId}.1`, testClockId: clock.testClockId, deadlineId: deadline!.deadlineId, name: 'cancellations',
  };
}

function request(operation: Operation, ids: Readonly<Record<string, string>>, as: Role | null, accountId: string) {
  const schema = bodySchema(operation);
  const lines = operation.requestBody?.content['application/x-ndjson']?.schema;
  return running.client.send(operation.method, fill(operation.path, ids), {
    as, accountId,
    ...(schema && { body: goodBody(running.client.contract, schema, { complete: false }) }),
    ...(lines && { raw: { type: 'application/x-ndjson', content: `${JSON.stringify(goodBody(running.client.contract, lines, { complete: false }))}\n` } }),
  });
}

describe('every route', () => {
  it('is in the table, and needs a token unless it is open', () => {
    const published = running.client.contract.operations;
    expect(published.map(routeOf).filter((route) => !(route in policies) && !open.includes(route))).toEqual([]);
    expect([...Object.keys(policies), ...open].filter((route) => !published.some((one) => routeOf(one) === route))).toEqual([]);
    expect(secured().map(routeOf).filter((route) => open.includes(route))).toEqual([]);
  });

  it('refuses callers without a token, and with one that is none', async () => {
    for (const operation of secured()) {
      expect([routeOf(operation), (await request(operation, ownIds, null, own.accountId)).told]).toEqual([routeOf(operation), '401 unauthenticated']);
    }
    for (const authorization of ['Bearer nonsense', 'Basic YTpi', `Bearer ${(await running.client.token('service')).slice(0, -4)}AAAA`]) {
      expect((await running.client.get('/v1/ops/health', { as: null, headers: { authorization } })).told).toBe('401 unauthenticated');
    }
  });

  it.each(roles)('lets %s do what the contract says, and nothing else', async (role) => {
    const wrong: string[] = [];
    for (const operation of secured()) {
      // Its own account is served last of all: these calls may change it.
      const answer = await request(operation, { ...ownIds, accountId: role === 'customer' ? own.accountId : 'nobody', deadlineId: 'none', testClockId: 'none' }, role, own.accountId);
      const forbidden = answer.told === '403 forbidden' || answer.status === 401;
      if (forbidden === policies[routeOf(operation)]!.includes(role)) wrong.push(`${routeOf(operation)}: ${answer.told}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('an account', () => {
  it.each(roles)('that does not exist is 404 to %s on every route it may call', async (role) => {
    const wrong: string[] = [];
    for (const operation of ofAccounts().filter((one) => policies[routeOf(one)]!.includes(role))) {
      const answer = await request(operation, { ...ownIds, accountId: 'nobody' }, role, 'nobody');
      if (answer.told !== '404 not_found') wrong.push(`${routeOf(operation)}: ${answer.told}`);
    }
    expect(wrong).toEqual([]);
  });

  it('of somebody else looks to a customer exactly like one that does not exist', async () => {
    const told = async (operation: Operation, ids: Readonly<Record<string, string>>) => {
      const { instance: _, ...problem } = (await request(operation, ids, 'customer', own.accountId)).json<Problem>();
      return problem;
    };
    for (const operation of ofAccounts().filter((one) => policies[routeOf(one)]!.includes('customer'))) {
      const theirs = await told(operation, foreignIds);
      expect([routeOf(operation), theirs.code]).toEqual([routeOf(operation), 'not_found']);
      expect(theirs).toEqual(await told(operation, { ...foreignIds, accountId: 'nobody' }));
    }
  });
});

describe('what belongs to somebody else', () => {
  it.each(['subscriptionId', 'attemptId', 'messageId', 'holdId', 'e164', 'chargeId'])('is not found in one\'s own account by its %s', async (name) => {
    const before = (await foreign.events()).length;
    const touched = ofAccounts().filter(({ path }) => path.includes(`{${name}}`));
    expect(touched.length).toBeGreaterThan(0);
    for (const operation of touched) {
      for (const role of policies[routeOf(operation)]!) {
        const answer = await request(operation, { ...ownIds, [name]: foreignIds[name]! }, role, own.accountId);
        expect([routeOf(operation), role, answer.told]).toEqual([routeOf(operation), role, '404 not_found']);
      }
    }
    expect((await foreign.events()).length).toBe(before);
  });
});

describe('what costs the platform money', () => {
  it('is in no field that a customer may send, unless the field is refused by name', () => {
    const said = ofAccounts()
      .filter((operation) => policies[routeOf(operation)]!.includes('customer') && bodySchema(operation))
      .map((operation) => [routeOf(operation), Object.keys(running.client.contract.resolve(bodySchema(operation)!)['properties'] as object).sort()]);
    expect(Object.fromEntries(said)).toEqual(saidByCustomers);
  });

  it('is not a customer\'s to say: money that came, a number, whose it is, a trial', async () => {
    const account = await Account.open(running.client, { now: '2026-03-30T07:00:00Z' });
    const asks: readonly (readonly [string, object])[] = [
      ['/wallet/top-ups', { amount: { amount: 10_000_000, currency: 'USD' } }],
      ['/charges/any/collected', {}],
      ['/numbers', { e164: '+12065559901' }],
      ['/numbers', { e164: '+12065559901', origin: 'verified' }],
      ['/subscriptions', { planId: 'messaging-monthly', trialDays: 730 }],
      ['/subscriptions', { planId: 'messaging-monthly', trialDays: 1 }],
    ];
    for (const [path, body] of asks) expect([path, (await account.post(path, body, { as: 'customer' })).told]).toEqual([path, '403 forbidden']);
    expect((await account.events()).map(({ type }) => type)).toEqual(['AccountOpened']);
  });

  it('is the back end\'s to say, and a customer who has had a trial begins none on another plan', async () => {
    const account = await Account.open(running.client, { now: '2026-03-30T07:00:00Z' });
    const trial = await account.subscribe('messaging-monthly', { trialDays: 14 });
    expect(trial.status).toBe('trialing');
    await account.topUp(500);
    await account.buyNumbers(1);
    expect(await account.balance()).toBe(500);
    await account.cancel(trial);
    expect((await account.post('/subscriptions', { planId: 'calling-monthly', trialDays: 14 }, { as: 'customer' })).told).toBe('403 forbidden');
    expect((await account.subscribe('calling-monthly')).status).toBe('active');
  });
});

describe('the actions that the Membership page offers', () => {
  it.each([['customer', ['cancel', 'subscribe', 'export-data']], ['service', ['cancel', 'subscribe', 'apply-ten-dlc', 'export-data']], ['operator', []]] as const)('are those of a %s', async (as, expected) => {
    const account = await Account.open(running.client, { now: '2026-03-30T07:00:00Z' });
    await account.subscribe();
    const { allowedActions } = await account.read<{ allowedActions: readonly { action: string }[] }>('/membership', { as });
    expect(allowedActions.map(({ action }) => action)).toEqual(expected);
  });
});

describe('events', () => {
  it('say who did it and through which channel', async () => {
    const account = await Account.open(running.client);
    const subscription = await account.subscribe();
    await account.cancel(subscription);
    const actors = Object.fromEntries((await account.events()).map(({ type, actor }) => [type, actor.role]));
    expect(actors).toMatchObject({ AccountOpened: 'service', SubscriptionStarted: 'customer', CancellationRequested: 'customer' });
  });
});
