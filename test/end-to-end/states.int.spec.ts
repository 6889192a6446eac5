// An account step by step, as staff read it: what each event changed, the state at any version, and a record of who has looked.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Account } from './account.js';
import { startInProcess, type InProcess } from './in-process.js';
import { startLimitMs } from './running.js';

interface Step {
  readonly version: number;
  readonly type: string;
  readonly changed: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[];
}

interface State extends Step {
  readonly state: readonly { readonly field: string; readonly value: unknown }[];
  readonly last: number;
}

const viewer = { as: 'viewer' } as const;

let running: InProcess;
let account: Account;
let path: string;
beforeAll(async () => {
  running = await startInProcess();
  account = await Account.open(running.client, { name: 'Marker-states name', email: 'marker-states@example.com' });
  const subscription = await account.subscribe();
  await account.buyNumbers(2);
  await account.cancel(subscription);
  path = `/v1/ops/accounts/${account.accountId}/states`;
}, startLimitMs);
afterAll(() => running.stop(), startLimitMs);

const at = async (version: number): Promise<State> => (await running.client.get(`${path}/${version}`, viewer)).expect<State>(200);

it('tells of each event what it changed, in pages that are the same as the whole', async () => {
  const [paged, events] = [await running.client.all<Step>(`${path}?limit=2`, viewer), await account.events()];
  expect(paged.map(({ version, type }) => [version, type])).toEqual(events.map(({ type }, index) => [index + 1, type]));
  expect(paged).toEqual((await running.client.get(`${path}?limit=1000`, viewer)).expect<{ data: Step[] }>(200).data);
  expect(JSON.stringify(paged)).not.toMatch(/marker-states|\+1/i);
});

it('tells the state at a version as what all events up to there have changed', async () => {
  const steps = await running.client.all<Step>(path, viewer);
  const known = new Map<string, unknown>();
  for (const { version, changed } of steps) {
    for (const { field, after } of changed) known.set(field, after);
    const { state, last, changed: same } = await at(version);
    expect([last, same]).toEqual([steps.length, changed]);
    const told = new Map(state.map(({ field, value }) => [field, value]));
    for (const [field, value] of known) expect([version, field, told.get(field) ?? null]).toEqual([version, field, value]);
  }
});

it.each(['0', '-1', '1e3', '2147483648', '999', 'x'])('tells of no version %s', async (version) => {
  expect((await running.client.get(`${path}/${version}`, viewer)).told).toBe('404 not_found');
});

it('tells of no account that is not there', async () => {
  expect((await running.client.get('/v1/ops/accounts/nobody/states', viewer)).told).toBe('404 not_found');
});

it('is on record for whoever watches staff', async () => {
  await at(1);
  const [latest] = await running.database.query<{ route: string; account_id: string }>('SELECT route, account_id FROM sunset.staff_reads ORDER BY position DESC LIMIT 1');
  expect(latest).toEqual({ route: 'GET /v1/ops/accounts/:accountId/states/:version', account_id: account.accountId });
});
