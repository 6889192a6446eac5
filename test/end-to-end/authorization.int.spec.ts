// Who may do what: every route that the service publishes, with everybody who may ask for it, in every spelling of its path.
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSigningKey } from '../../apps/api/src/keys/signing-key.js';
import { Account } from './account.js';
import type { Role } from './client.js';
import { open, policies, roles, saidByCustomers } from './contract-roles.js';
import type { Operation } from './contract.js';
import { decisionOf, knockAt, Knocking, rolesOf, routeOf, spellings, tokenOf, type Heard, type Knocker } from './doors.js';
import { startInProcess, type InProcess } from './in-process.js';
import { bodySchema, goodBody } from './requests.js';
import { startLimitMs } from './running.js';
import type { Problem, ScheduledMessage, TestClock } from './shapes.js';

let running: InProcess;
let knocking: Knocking;
let own: Account;
let foreign: Account;
let ownIds: Readonly<Record<string, string>>;
let foreignIds: Readonly<Record<string, string>>;
let knockers: readonly Knocker[];

const operations = (): readonly Operation[] => running.client.contract.operations;
const ofAccounts = (): readonly Operation[] => operations().filter(({ path }) => path.includes('{accountId}'));
const fill = (path: string, ids: Readonly<Record<string, string>>): string => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? 'nothing'));

beforeAll(async () => {
  running = await startInProcess();
  knocking = new Knocking(running.client.base);
  [own, foreign] = await Promise.all([furnished(), furnished()]);
  [ownIds, foreignIds] = await Promise.all([idsOf(own), idsOf(foreign)]);
  knockers = await everybody();
}, startLimitMs);

afterAll(async () => {
  knocking.close();
  await running.stop();
}, startLimitMs);

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

/** Everybody who may come to a door of the account that is `own`. */
async function everybody(): Promise<readonly Knocker[]> {
  const { privateKey } = await openSigningKey(join(running.dataDir, 'sandbox-token-key.json'), { make: false });
  const bearer = (name: string, role: string, more: { readonly account_id?: string; readonly exp?: number } = {}, proves: string | null = role): Knocker => ({
    name, role: proves, headers: { authorization: `Bearer ${tokenOf(privateKey, role, more)}` }, ...(more.account_id !== undefined && { accountId: more.account_id }),
  });
  const forged = tokenOf(generateKeyPairSync('ed25519').privateKey, 'service');
  const link = (await own.post('/page-sessions')).expect<{ url: string }>(201).url;
  const cookie = (await fetch(link, { redirect: 'manual' })).headers.get('set-cookie')!.split(';')[0]!;
  const onPage = { role: 'customer', accountId: own.accountId };
  return [
    { name: 'nobody', headers: {}, role: null },
    { name: 'somebody with a name and a password', headers: { authorization: 'Basic YTpi' }, role: null, isLikeAnother: true },
    { name: 'somebody with a token that is none', headers: { authorization: 'Bearer nonsense' }, role: null },
    { name: 'somebody with a token that nobody signed', headers: { authorization: `Bearer ${forged}` }, role: null, isLikeAnother: true },
    { name: 'somebody with a page session that there is not', headers: { cookie: `sunset_page=${'a'.repeat(43)}` }, role: null, isLikeAnother: true },
    bearer('a service whose token has run out', 'service', { exp: 1_700_000_000 }, null),
    { ...bearer('somebody with a role that there is not', 'root', {}, null), isLikeAnother: true },
    { ...bearer('a customer of no account', 'customer', {}, null), isLikeAnother: true },
    bearer('its customer', 'customer', { account_id: own.accountId }),
    bearer('another customer', 'customer', { account_id: foreign.accountId }),
    { ...bearer('a customer of an account that is not there', 'customer', { account_id: 'nobody' }), isLikeAnother: true },
    ...roles.filter((role) => role !== 'customer').map((role) => bearer(role, role)),
    { name: 'its customer on the page', headers: { cookie, origin: running.client.base }, ...onPage },
    { name: 'its customer on a page of somebody else', headers: { cookie, origin: 'https://elsewhere.example' }, ...onPage, fromElsewhere: true },
  ];
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

describe('the document', () => {
  it('has every route of the table with its roles, and no other', () => {
    const published = Object.fromEntries(operations().map((operation) => [routeOf(operation), rolesOf(operation).toSorted()]));
    const told = Object.fromEntries([...Object.entries(policies).map(([route, allowed]) => [route, allowed.toSorted()]), ...open.map((route) => [route, []])]);
    expect(published).toEqual(told);
  });

  it('knows no role that nobody here has', () => {
    expect([...new Set(operations().flatMap(rolesOf))].sort()).toEqual(roles.toSorted());
  });
});

/** What everybody is told at every door, by route and name, once it is written plainly. */
const plainly = new Map<string, Heard>();

interface Cell {
  readonly operation: Operation;
  readonly knocker: Knocker;
  readonly name: string;
}

/** Every route with each of them, a few at once; what `fault` finds. */
async function faultsIn(who: readonly Knocker[], fault: (cell: Cell, knock: (target: (path: string) => string | null) => Promise<Heard | null>) => Promise<string | null>): Promise<readonly string[]> {
  // Where anybody may come in, nobody is asked who he is.
  const isAsked = (operation: Operation, knocker: Knocker): boolean => rolesOf(operation).length > 0 || knocker.headers.authorization === undefined;
  const cells = operations().flatMap((operation) => who.filter((knocker) => isAsked(operation, knocker)).map((knocker): Cell => ({ operation, knocker, name: `${routeOf(operation)}, ${knocker.name}` })));
  const faults: string[] = [];
  const queue = cells.values();
  const lane = async (): Promise<void> => {
    for (const cell of queue) {
      const { method, headers, body, query } = knockAt(running.client.contract, cell.operation);
      const found = await fault(cell, async (written) => {
        const target = written(fill(cell.operation.path, ownIds) + query);
        if (target === null) return null;
        const ask = (): Promise<Heard> => knocking.send(method, target, { ...headers, ...cell.knocker.headers }, body);
        return atLast(ask, cell.operation.path.endsWith('/data-export') ? ['503 unavailable', '429 too_many_requests'] : ['503 unavailable']);
      });
      if (found !== null) faults.push(`${cell.name}: ${found}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return faults;
}

/** What is told once a busy machine has come to it, and those who asked for the same at the same time are through: of an account there is one export at a time. */
async function atLast(ask: () => Promise<Heard>, notNow: readonly string[]): Promise<Heard> {
  for (let tries = 0; tries < 100; tries += 1) {
    const heard = await ask();
    if (!notNow.includes(heard.told)) return heard;
    await sleep(50);
  }
  throw new Error('not now, again and again');
}

/** The part of an answer that tells what was decided. */
const decided = ({ told, headers }: Heard): string => `${told}, ${headers['cache-control'] ?? 'kept as one likes'}`;
const isNowhere = ({ status }: Heard): boolean => [400, 404, 405].includes(status);
const isRefusal = ({ status }: Heard): boolean => status >= 400 && status < 500;
const doorOfAccount = (): Operation => operations().find((one) => routeOf(one) === 'GET /v1/accounts/{accountId}')!;
/** Beyond the door. */
const isPast = ({ status, told }: Heard): boolean => ![401, 403].includes(status) && told !== '404 not_found account';

function faultOf({ operation, knocker }: Cell, heard: Heard): string | null {
  const { refused } = knockAt(running.client.contract, operation);
  const decision = decisionOf(operation, knocker, own.accountId);
  if (operation.path.startsWith('/v1/') && heard.headers['cache-control'] !== 'no-store') return `${heard.told}, and may be kept`;
  if (decision === '401') return heard.told === '401 unauthenticated' ? null : heard.told;
  if (decision === '403') return heard.told === '403 forbidden' ? null : heard.told;
  if (decision === '404 account') return heard.told === '404 not_found account' ? null : heard.told;
  if (refused !== null) return heard.told.startsWith(refused) ? null : `${heard.told} for what is no known property`;
  return [401, 403, 405].includes(heard.status) || ['404 not_found account', '404 not_found path'].includes(heard.told) || !(String(heard.status) in operation.responses) ? heard.told : null;
}

describe('every door', () => {
  it('is open to whom the document says, and to nobody else', async () => {
    const faults = await faultsIn(knockers, async (cell, knock) => {
      const heard = (await knock((path) => path))!;
      plainly.set(cell.name, heard);
      return faultOf(cell, heard);
    });
    expect(faults).toEqual([]);
  });

  it.each(Object.entries(spellings))('is the same, or none, %s', async (_, spell) => {
    const faults = await faultsIn(knockers.filter(({ isLikeAnother }) => !isLikeAnother), async ({ name, knocker }, knock) => {
      const heard = await knock(spell);
      const plain = plainly.get(name)!;
      // Who is let in may come to nothing by another way; who is not comes to nothing by any.
      if (heard === null || isNowhere(heard) || decided(heard) === decided(plain) || (isRefusal(heard) && isPast(plain))) return null;
      // With the end of the path taken into the id, the account's own door is knocked at: it refuses what it does not know to those whom it lets in.
      if (heard.told === '422 invalid_request /query/surprise' && decisionOf(doorOfAccount(), knocker, own.accountId) === 'let in') return null;
      return `${decided(heard)}; plainly written ${decided(plain)}`;
    });
    expect(faults).toEqual([]);
  });

  it('of an account of somebody else looks to a customer exactly like that of one that is not there', async () => {
    const customer = knockers.find(({ name }) => name === 'its customer')!;
    for (const operation of ofAccounts().filter((one) => rolesOf(one).includes('customer'))) {
      const { method, headers, body, query } = knockAt(running.client.contract, operation);
      const told = async (accountId: string) => {
        const heard = await knocking.send(method, fill(operation.path, { ...foreignIds, accountId }) + query, { ...headers, ...customer.headers }, body);
        const { instance: _, ...problem } = JSON.parse(heard.text) as Problem;
        return [routeOf(operation), problem];
      };
      expect(await told(foreign.accountId)).toEqual(await told('nobody'));
    }
  });

  it.each(roles)('of an account that is not there is 404 to %s', async (role) => {
    const wrong: string[] = [];
    for (const operation of ofAccounts().filter((one) => rolesOf(one).includes(role))) {
      const answer = await request(operation, { ...ownIds, accountId: 'nobody' }, role, 'nobody');
      if (answer.told !== '404 not_found') wrong.push(`${routeOf(operation)}: ${answer.told}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('a kept answer', () => {
  const headersOf = (name: string, key: string) => ({ ...knockers.find((one) => one.name === name)!.headers, 'content-type': 'application/json', 'idempotency-key': key });
  const writtenIn = (path: string): readonly string[] => [path, ...Object.values(spellings).flatMap((spell) => spell(path) ?? [])];

  it('is the same however the path is spelled, and silent from the begin of an erasure', async () => {
    const account = await Account.open(running.client);
    await account.subscribe();
    const e164 = '+12065550187';
    const numbers = `/v1/accounts/${account.accountId}/numbers`;
    const send = (target: string) => knocking.send('POST', target, headersOf('service', 'numbers'), JSON.stringify({ e164 }));
    const first = await send(numbers);
    expect(first.told).toBe('201');
    for (const target of writtenIn(numbers)) {
      const again = await send(target);
      const isKept = again.told === '201' && again.headers['idempotency-replayed'] === 'true' && again.text === first.text;
      expect([target, isKept || isRefusal(again), again.text.includes(e164)]).toEqual([target, true, isKept]);
    }
    const gone = await erased();
    const lastWords = await knocking.send('POST', gone.path, headersOf('service', 'mail'), gone.body);
    expect(lastWords.told).toBe('410 account_purged');
    for (const target of writtenIn(gone.path)) {
      const again = await knocking.send('POST', target, headersOf('service', 'mail'), gone.body);
      expect([target, isRefusal(again), again.text.includes(gone.e164)]).toEqual([target, true, false]);
    }
  });

  /** An account whose erasure has begun, since nobody works on it, and a request whose answer was kept before: it tells a number. */
  async function erased(): Promise<{ readonly path: string; readonly body: string; readonly e164: string }> {
    const account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
    const subscription = await account.subscribe();
    const [e164, path, body] = ['+12065550188', `/v1/accounts/${account.accountId}/numbers`, JSON.stringify({ e164: '+12065550188' })];
    expect((await knocking.send('POST', path, headersOf('service', 'mail'), body)).told).toBe('201');
    const { effectiveAt } = (await account.cancel(subscription)).cancellation!;
    await running.letPass(account.clock!, effectiveAt);
    (await account.post('/erasure', { basis: 'gdpr-art-17' }, { as: 'operator' })).expect(202);
    return { path, body, e164 };
  }

  it('is its own caller\'s: of no other role, no other subject and no other account', async () => {
    const { privateKey } = await openSigningKey(join(running.dataDir, 'sandbox-token-key.json'), { make: false });
    const token = (role: string, sub: string, account_id?: string) => ({ authorization: `Bearer ${tokenOf(privateKey, role, { sub, ...(account_id !== undefined && { account_id }) })}` });
    const said = JSON.stringify({ name: 'Ada Example' });
    const send = async (accountId: string, headers: object) => {
      const heard = await knocking.send('PATCH', `/v1/accounts/${accountId}`, { ...headers, 'content-type': 'application/json', 'idempotency-key': 'the-same' }, said);
      return [heard.told, heard.headers['idempotency-replayed']];
    };
    const asked = [
      [own.accountId, token('service', 'one')], [own.accountId, token('service', 'two')], [own.accountId, token('customer', 'one', own.accountId)],
      [foreign.accountId, token('customer', 'one', foreign.accountId)], [own.accountId, knockers.find(({ name }) => name === 'its customer on the page')!.headers],
    ] as const;
    for (const [accountId, headers] of asked) expect(await send(accountId, headers)).toEqual(['200', undefined]);
    for (const [accountId, headers] of asked) expect(await send(accountId, headers)).toEqual(['200', 'true']);
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
