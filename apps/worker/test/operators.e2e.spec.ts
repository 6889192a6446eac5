// Test clocks and the operators' routes, over plain HTTP against the built service.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { lockAccount } from '#deadlines';
import { running, type Answer, type Running } from './service.js';

jest.setTimeout(600_000);

let it_: Running;
beforeAll(async () => { it_ = await running(); });
afterAll(() => it_.stop());

const call: Running['call'] = (...given) => it_.call(...given);

const newClock = async (now: string): Promise<string> => (await call('service', 'POST', '/v1/test-clocks', { now })).body.testClockId;

const eventually = async (asked: () => Promise<boolean>): Promise<void> => {
  for (let tries = 900; !(await asked()); tries -= 1) {
    if (tries === 0) throw new Error('never happened');
    await sleep(100);
  }
};

const problem = (answer: Answer, status: number, code: string): void => {
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
};

describe('test clocks', () => {
  it('are made, found, and advanced to where nothing due is left', async () => {
    const made = await call('service', 'POST', '/v1/test-clocks', { now: '2026-03-31T10:00:00+02:00' });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({ testClockId: expect.any(String), now: '2026-03-31T08:00:00.000Z', status: 'ready' });
    const { testClockId } = made.body;
    const account = await it_.subscriber(testClockId);
    await it_.cancel(account);
    const arrived = await call('operator', 'POST', `/v1/test-clocks/${testClockId}/advance`, { to: '2027-06-01T00:00:00Z' }, { prefer: 'respond-async, wait=900' });
    expect(arrived.status).toBe(200);
    expect(arrived.headers.get('preference-applied')).toBe('wait=60');
    expect(arrived.body).toEqual({ testClockId, now: '2027-06-01T00:00:00.000Z', status: 'ready' });
    const { body } = await call('operator', 'GET', `/v1/ops/deadlines?accountId=${account.accountId}`);
    expect(body.data.filter(({ kind }) => !kind.startsWith('remind-')).map((one) => [one.kind, one.status, one.latenessMs])).toEqual([
      ['period-end', 'fired', 0], ['release-numbers', 'fired', 0], ['expire-ten-dlc', 'fired', 0], ['purge-data', 'fired', 0],
    ]);
  });

  it('answer 202 at once without Prefer, refuse a second advance, and are ready in the end', async () => {
    const testClockId = await newClock('2026-01-01T00:00:00Z');
    const { accountId } = await it_.subscriber(testClockId);
    const advance = (to: string) => call('service', 'POST', `/v1/test-clocks/${testClockId}/advance`, { to });
    // Nothing of the account is carried out meanwhile, so the clock cannot arrive.
    const [first, second] = await it_.database.transaction(async () => {
      await lockAccount(it_.database, accountId);
      return [await advance('2028-01-01T00:00:00Z'), await advance('2028-01-02T00:00:00Z')] as const;
    });
    expect(first.status).toBe(202);
    expect(first.headers.get('preference-applied')).toBeNull();
    expect(first.body).toMatchObject({ testClockId, status: 'advancing' });
    problem(second, 409, 'request_in_progress');
    await eventually(async () => (await call('service', 'GET', `/v1/test-clocks/${testClockId}`)).body.status === 'ready');
    expect((await call('service', 'GET', `/v1/test-clocks/${testClockId}`)).body.now).toBe('2028-01-01T00:00:00.000Z');
  });

  it('repeated with the same key, advance once', async () => {
    const testClockId = await newClock('2026-01-01T00:00:00Z');
    const again = () => call('service', 'POST', `/v1/test-clocks/${testClockId}/advance`, { to: '2026-01-05T00:00:00Z' }, { 'idempotency-key': `"${testClockId}"`, prefer: 'wait=60' });
    const [one, two] = [await again(), await again()];
    expect([one.status, two.status]).toEqual([200, 200]);
    expect(two.body).toEqual(one.body);
  });

  it('refuse what makes no sense, naming the field', async () => {
    const testClockId = await newClock('2026-01-01T00:00:00Z');
    const back = await call('service', 'POST', `/v1/test-clocks/${testClockId}/advance`, { to: '2025-12-31T23:59:59.999Z' });
    problem(back, 422, 'invalid_request');
    expect(back.body.errors).toEqual([{ pointer: '/to', message: expect.stringContaining('2026-01-01') }]);
    expect((await call('service', 'POST', '/v1/test-clocks', {})).body.errors[0]!.pointer).toBe('/now');
    expect((await call('service', 'POST', '/v1/test-clocks', { now: 'soon' })).body.errors[0]!.pointer).toBe('/now');
    problem(await call('service', 'GET', '/v1/test-clocks/clock_none'), 404, 'not_found');
    problem(await call('service', 'POST', '/v1/test-clocks/clock_none/advance', { to: '2026-01-01T00:00:00Z' }), 404, 'not_found');
    problem(await call('analyst', 'POST', '/v1/test-clocks', { now: '2026-01-01T00:00:00Z' }), 403, 'forbidden');
  });
});

describe('deadlines', () => {
  it('are listed by kind, status, due date and account, page by page', async () => {
    const testClockId = await newClock('2026-05-31T00:00:00Z');
    const account = await it_.subscriber(testClockId);
    await call('service', 'POST', `/v1/test-clocks/${testClockId}/advance`, { to: '2026-12-15T00:00:00Z' }, { prefer: 'wait=60' });
    const mine = `/v1/ops/deadlines?accountId=${account.accountId}`;
    const all = (await call('operator', 'GET', mine)).body.data;
    expect(all.map(({ dueAt, status }) => [dueAt.slice(0, 10), status])).toEqual([
      ['2026-06-30', 'fired'], ['2026-07-31', 'fired'], ['2026-08-31', 'fired'], ['2026-09-30', 'fired'], ['2026-10-31', 'fired'], ['2026-11-30', 'fired'], ['2026-12-31', 'pending'],
    ]);
    const paged: string[] = [];
    for (let after = ''; ; ) {
      const { body } = await call('operator', 'GET', `${mine}&limit=3${after && `&after=${after}`}`);
      paged.push(...body.data.map((one) => one.deadlineId));
      if (body.next === null) break;
      after = body.next;
    }
    expect(paged).toEqual(all.map(({ deadlineId }) => deadlineId));
    const ids = async (query: string) => (await call('operator', 'GET', `${mine}&${query}`)).body.data.length;
    expect([await ids('status=pending'), await ids('kind=number-fees'), await ids('dueBefore=2026-08-31T00:00:00Z')]).toEqual([1, 0, 2]);
  });

  it('refuse queries that make no sense', async () => {
    const pointers = async (query: string) => (await call('operator', 'GET', `/v1/ops/deadlines?${query}`)).body.errors.map((one) => one.pointer);
    const forged = Buffer.from(JSON.stringify({ k: ['yesterday', 'x'] })).toString('base64url');
    expect(await pointers('kind=tea')).toEqual(['/query/kind']);
    expect(await pointers('status=planned')).toEqual(['/query/status']);
    expect(await pointers('dueBefore=now')).toEqual(['/query/dueBefore']);
    expect(await pointers(`after=${forged}`)).toEqual(['/query/after']);
    problem(await call('service', 'GET', '/v1/ops/deadlines'), 403, 'forbidden');
  });

  it('that are dead are retried down the ordinary path; others are not', async () => {
    const testClockId = await newClock('2026-05-01T00:00:00Z');
    const account = await it_.subscriber(testClockId);
    const find = async () => (await call('operator', 'GET', `/v1/ops/deadlines?accountId=${account.accountId}`)).body.data[0]!;
    const { deadlineId } = await find();
    problem(await call('operator', 'POST', `/v1/ops/deadlines/${deadlineId}/retry`), 409, 'deadline_not_retryable');
    await it_.database.query(`UPDATE sunset.deadlines SET status = 'dead', attempts = 12, last_error = 'Error: …' WHERE deadline_id = $1`, [deadlineId]);
    const stopped = await call('service', 'POST', `/v1/test-clocks/${testClockId}/advance`, { to: '2026-06-05T00:00:00Z' }, { prefer: 'wait=60' });
    expect(stopped.status).toBe(200);
    const afterwards = (await call('operator', 'GET', `/v1/ops/health`)).body;
    expect(afterwards.dead).toBe(1);
    const retried = await call('operator', 'POST', `/v1/ops/deadlines/${deadlineId}/retry`, {});
    expect(retried.status).toBe(200);
    expect(retried.body).toMatchObject({ deadlineId, status: 'pending', attempts: 0 });
    await eventually(async () => (await find()).status === 'fired');
    problem(await call('operator', 'POST', `/v1/ops/deadlines/${deadlineId}/retry`, {}), 409, 'deadline_not_retryable');
    problem(await call('operator', 'POST', `/v1/ops/deadlines/${randomUUID()}/retry`, {}), 404, 'not_found');
    problem(await call('operator', 'POST', '/v1/ops/deadlines/none/retry', {}), 404, 'not_found');
  });

  it('that their account still holds are blocked again after a retry', async () => {
    const testClockId = await newClock('2026-05-01T00:00:00Z');
    const account = await it_.subscriber(testClockId);
    await it_.cancel(account);
    const held = await call('operator', 'POST', `/v1/accounts/${account.accountId}/legal-holds`, { reason: 'a dispute', reviewAt: '2028-01-01T00:00:00Z' });
    expect(held.status).toBe(201);
    await call('service', 'POST', `/v1/test-clocks/${testClockId}/advance`, { to: '2028-01-01T00:00:00Z' }, { prefer: 'wait=60' });
    const purge = async () => (await call('operator', 'GET', `/v1/ops/deadlines?accountId=${account.accountId}&kind=purge-data`)).body.data[0]!;
    const { deadlineId, status } = await purge();
    expect(status).toBe('blocked');
    expect((await call('operator', 'POST', `/v1/ops/deadlines/${deadlineId}/retry`)).status).toBe(200);
    await eventually(async () => (await purge()).status !== 'pending');
    expect(await purge()).toMatchObject({ deadlineId, status: 'blocked' });
    expect((await call('operator', 'DELETE', `/v1/accounts/${account.accountId}/legal-holds/${held.body.holdId}`)).status).toBeLessThan(300);
    await eventually(async () => (await purge()).status === 'fired');
  });
});

describe('effects of another carrier', () => {
  it('are overdue for operators, and told by every worker that starts and does not attempt them', async () => {
    await it_.database.query(
      `INSERT INTO sunset.effects (effect_id, account_id, shard, carrier, kind, subject, generation, due_at, place, next_attempt_at, queue_at)
       VALUES (gen_random_uuid(), 'nobody', sunset.shard_of('nobody'), 'telnyx', 'release-number', 'a number', 1, now(), 0, now(), now())`,
    );
    const { effects } = (await call('operator', 'GET', '/v1/ops/health')).body;
    expect(effects.overdue).toEqual([{ kind: 'release-number', carrier: 'telnyx', count: 1, oldestMs: expect.any(Number) }]);
    const worker = it_.service.addWorker();
    await eventually(async () => worker.log.some((line) => line.includes('effects are open that only a worker with CARRIER=telnyx attempts')) || !worker.running);
    const told = worker.log.map((line) => JSON.parse(line) as { readonly level: string }).filter(({ level }) => level === 'error');
    expect(told).toMatchObject([{ carrier: 'telnyx', kind: 'release-number', status: 'pending', count: 1 }]);
    await it_.database.query(`DELETE FROM sunset.effects WHERE account_id = 'nobody'`);
    await worker.stop();
  });
});

describe('projections', () => {
  it('are listed, rebuilt on request while everything goes on, and unknown ones are not found', async () => {
    const listed = await call('operator', 'GET', '/v1/ops/projections');
    expect(listed.body.data.map((one) => one.name)).toEqual(['memberships', 'cancellations', 'ledger_lines']);
    const table = async () => (await it_.database.query(`SELECT 'sunset.cancellations'::regclass::oid AS oid`))[0]!['oid'];
    const before = await table();
    const asked = await call('operator', 'POST', '/v1/ops/projections/cancellations/rebuild');
    expect(asked.status).toBe(202);
    // A worker may have begun before the answer was read, or even have come to the end.
    expect(asked.body).toMatchObject({ name: 'cancellations', status: expect.stringMatching(/^(rebuilding|live)$/) });
    await eventually(async () => {
      const { body } = await call('operator', 'GET', '/v1/ops/projections');
      return body.data.every((one) => one.status === 'live' && one.lag === 0) && (await table()) !== before;
    });
    problem(await call('operator', 'POST', '/v1/ops/projections/nothing/rebuild'), 404, 'not_found');
    problem(await call('analyst', 'GET', '/v1/ops/projections'), 403, 'forbidden');
  });
});
