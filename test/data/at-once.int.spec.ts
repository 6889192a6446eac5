// What takes long is bounded: reports have connections, a limit and an end of their own, exports their turns; whoever asks too much is told so, and nobody else waits for it.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Account, categories } from '../end-to-end/account.js';
import { startInProcess, type InProcess } from '../end-to-end/in-process.js';
import { usd, type Problem } from '../end-to-end/shapes.js';
import { eventually } from '../support/eventually.js';
import { hold } from '../support/hold.js';
import { unzip } from '../support/unzip.js';

jest.setTimeout(600_000);
const patient = 120_000;

let usual: InProcess;
/** Whose reports may take next to nothing. */
let hasty: InProcess;
beforeAll(async () => {
  usual = await startInProcess({ REPORTS_AT_ONCE: '4', REPORT_LIMIT_MS: '290000', EXPORTS_AT_ONCE: '2' });
  hasty = await usual.beside({ REPORTS_AT_ONCE: '4', REPORT_LIMIT_MS: '50' });
}, 120_000);
afterAll(() => usual.stop());

const locked = (table: string): Promise<() => Promise<void>> => hold(usual.database, () => usual.database.query(`LOCK TABLE sunset.${table} IN ACCESS EXCLUSIVE MODE`));
/** Statements of reports that run in the server, or wait there. */
const running = async (): Promise<number> =>
  (await usual.database.query<{ count: number }>(`SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sunset-reports' AND state <> 'idle'`))[0]!.count;

async function begin(path: string, as: 'analyst' | 'service'): Promise<{ readonly answer: Promise<Response>; readonly leave: () => void }> {
  const leaving = new AbortController();
  const authorization = `Bearer ${await usual.client.token(as)}`;
  const answer = fetch(usual.client.base + path, { headers: { authorization }, signal: leaving.signal });
  answer.catch(() => undefined);
  return { answer, leave: () => leaving.abort() };
}

const tooMany = async (answer: Response): Promise<unknown> => [answer.status, ((await answer.json()) as Problem).code, Number(answer.headers.get('retry-after')) > 0];
const refused = [429, 'too_many_requests', true];

describe('reports', () => {
  it('twenty at once leave commands and readiness alone, and are answered or told to wait', async () => {
    const account = await Account.open(usual.client);
    const letGo = await locked('cancellations');
    const asked = await Promise.all(Array.from({ length: 20 }, () => begin('/v1/analytics/cohorts', 'analyst')));
    await eventually('two of the caller run', async () => (await running()) === 2, patient);
    expect((await usual.client.get('/health/ready', { as: null })).status).toBe(200);
    for (let time = 0; time < 5; time += 1) expect((await account.post('/wallet/top-ups', { amount: usd(100) })).status).toBe(201);
    expect(await running()).toBe(2);
    let refusals = 0;
    for (const { answer } of asked) void answer.then(({ status }) => (refusals += Number(status === 429)));
    await eventually('more than may wait were refused', () => refusals >= 10, patient);
    await letGo();
    const answers = await Promise.all(asked.map(({ answer }) => answer));
    const told = answers.map(({ status }) => status);
    expect(told.filter((status) => status === 200).length).toBeGreaterThanOrEqual(2);
    for (const answer of answers) if (answer.status !== 200) expect(await tooMany(answer)).toEqual(refused);
    expect((await usual.client.get('/v1/analytics/cohorts', { as: 'analyst' })).status).toBe(200);
  });

  it.each(['cohorts', 'churn?interval=day', 'cancellations?format=csv', 'cancellations', 'money?format=ndjson'])('whoever goes away from %s leaves nothing running', async (report) => {
    const letGo = await locked(report.startsWith('money') ? 'ledger_lines' : 'cancellations');
    const asked = [await begin(`/v1/analytics/${report}`, 'analyst'), await begin(`/v1/analytics/${report}`, 'analyst'), await begin(`/v1/analytics/${report}`, 'analyst')];
    await eventually('they run', async () => (await running()) === 2, patient);
    for (const { leave } of asked) leave();
    await eventually('nothing of it runs', async () => (await running()) === 0, patient);
    await letGo();
    expect((await usual.client.get(`/v1/analytics/${report}`, { as: 'analyst' })).status).toBe(200);
  });

  it('one that takes too long ends, and says what to narrow', async () => {
    const letGo = await locked('cancellations');
    const answer = await hasty.client.get('/v1/analytics/churn?from=2020-01-01&interval=day&groupBy=planId', { as: 'analyst' });
    await letGo();
    expect(answer.told).toBe('422 invalid_request');
    expect(answer.json<Problem>()).toMatchObject({
      detail: 'The report takes longer than the 1 s that one may take: ask for less time, longer steps or fewer groups.',
      errors: [{ pointer: '/query/to' }, { pointer: '/query/interval' }, { pointer: '/query/groupBy' }],
    });
  });
});

describe('downloads', () => {
  const exportOf = (account: Account) => `/v1/accounts/${account.accountId}/data-export`;

  async function stored(...documents: readonly string[]): Promise<Account> {
    const account = await Account.open(usual.client);
    await account.subscribe();
    for (const content of documents) (await account.send('POST', '/data/contacts', { raw: { type: 'application/x-ndjson', content } })).expect(200);
    return account;
  }

  /** More than the sockets between us hold, however well they are packed. */
  const long = (): string[] =>
    Array.from({ length: 4 }, (_, nth) => Array.from({ length: 90 }, (__, line) => JSON.stringify({ id: `${nth} ${line}`, pad: randomBytes(60_000).toString('base64') })).join('\n'));

  it('an account has one export at a time, all together have a few, and the rest are told to wait', async () => {
    const [one, two, three] = [await stored('{"id":"1"}'), await stored('{"id":"1"}'), await stored('{"id":"1"}')];
    const letGo = await locked('retained_data');
    const first = await begin(exportOf(one), 'service');
    await eventually('it is noted', async () => (await one.all('/data-access', { as: 'operator' })).length === 1, patient);
    expect(await tooMany(await (await begin(exportOf(one), 'service')).answer)).toEqual(refused);
    const second = await begin(exportOf(two), 'service');
    await eventually('it is noted', async () => (await two.all('/data-access', { as: 'operator' })).length === 1, patient);
    const rest = await Promise.all(Array.from({ length: 60 }, () => begin(exportOf(three), 'service')));
    for (const { answer } of rest) expect(await tooMany(await answer)).toEqual(refused);
    expect((await usual.client.get('/health/ready', { as: null })).status).toBe(200);
    expect((await three.post('/wallet/top-ups', { amount: usd(100) })).status).toBe(201);
    // Who was refused has read nothing.
    expect(await three.all('/data-access', { as: 'operator' })).toEqual([]);
    await letGo();
    for (const { answer } of [first, second]) expect([...(await unzip(Buffer.from(await (await answer).arrayBuffer()))).keys()]).toContain('manifest.json');
    expect((await (await begin(exportOf(three), 'service')).answer).status).toBe(200);
  });

  it('whoever goes away gives the turn back, before the first byte and in the middle', async () => {
    const account = await stored(...long());
    const again = async (): Promise<boolean> => {
      const { answer, leave } = await begin(exportOf(account), 'service');
      const { status } = await answer;
      leave();
      return status === 200;
    };
    const letGo = await locked('retained_data');
    const waiting = await begin(exportOf(account), 'service');
    await eventually('it is noted', async () => (await account.all('/data-access', { as: 'operator' })).length === 1, patient);
    waiting.leave();
    await letGo();
    await eventually('the next one is made', again, patient);
    const reading = await (await eventuallyBegun(account)).answer;
    const reader = reading.body!.getReader();
    expect((await reader.read()).done).toBe(false);
    expect(await tooMany(await (await begin(exportOf(account), 'service')).answer)).toEqual(refused);
    await reader.cancel();
    await eventually('the next one is made', again, patient);
  });

  /** The turn of one that was left comes back in a moment. */
  async function eventuallyBegun(account: Account): ReturnType<typeof begin> {
    let begun = await begin(exportOf(account), 'service');
    await eventually('it is begun', async () => {
      if ((await begun.answer).status === 200) return true;
      begun = await begin(exportOf(account), 'service');
      return false;
    }, patient);
    return begun;
  }

  it('the categories of an account can be read beside each other, and no more', async () => {
    const account = await stored('{"id":"1"}');
    const letGo = await locked('retained_data');
    const reading = (category: string) => begin(`/v1/accounts/${account.accountId}/data/${category}`, 'service');
    const readings = await Promise.all(categories.map(reading));
    await eventually('all are noted', async () => (await account.all('/data-access', { as: 'operator' })).length === categories.length, patient);
    expect(await tooMany(await (await reading('contacts')).answer)).toEqual(refused);
    await letGo();
    for (const { answer } of readings) expect((await answer).status).toBe(200);
  });
});
