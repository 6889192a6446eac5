// A request with an Idempotency-Key happens once: repeated, in parallel, after a crash, with another payload, after a refusal.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { deleteExpiredAnswers, KeptAnswers, migrations } from '#kept-answers';
import { instant, Refused, refuse } from '#kernel';
import { Database, Retry } from '#postgres';
import { freshDatabase, type FreshDatabase } from '../../../../../test/support/database.js';
import { Allow } from '../../auth/policy.js';
import { Answers } from '../answers/answers.js';
import { Text, Whole } from '../input/fields.js';
import { OnceOnly, OwnTransaction, type Once } from './idempotency.interceptor.js';
import type { AnswerSeal } from './idempotency.js';
import { Problem } from '../problems/problems.js';
import { anything } from '../answers/schemas.js';
import { readSettings } from '../server/settings.js';
import { testServer, type TestServer } from '../server/test-server.js';

class Deed {
  @Text({ max: 50 }) name!: string;
  @Whole({ min: 0, optional: true }) size?: number;
}

/** What happens inside the handler; each test sets its own. */
let during: () => Promise<void> = () => Promise.resolve();
let attempts = 0;

@Controller('v1/accounts/:accountId/deeds')
class DeedsController {
  constructor(private readonly database: Database) {}

  @Post()
  @Allow('customer', 'service')
  @Answers(201, anything, 'Done.')
  async do(@Param('accountId') accountId: string, @Body() { name }: Deed, @Res({ passthrough: true }) reply: FastifyReply) {
    attempts += 1;
    const [deed] = await this.database.query<{ id: number }>('INSERT INTO deeds (name) VALUES ($1) RETURNING id', [`${accountId} ${name}`]);
    await during();
    if (name === 'forbidden fruit') throw new Refused(refuse('subscription_ended', { since: 'yesterday' }));
    reply.header('location', `/deeds/${name}`);
    return { id: deed?.id, name, absent: undefined };
  }

  @Post('slow')
  @Allow('service')
  @OwnTransaction()
  @Answers(202, anything, 'Begun.')
  async slow(@Body() { name }: Deed, @OnceOnly() once: Once) {
    const begun = await once(async () => {
      await this.database.query('INSERT INTO deeds (name) VALUES ($1)', [name]);
      if (name === 'forbidden fruit') throw new Refused(refuse('subscription_ended'));
      return { name, inTransaction: await this.isInTransaction() };
    });
    return { ...begun, afterwards: await this.isInTransaction() };
  }

  /** Asked after something was written: only then PostgreSQL has given the transaction a number. */
  private async isInTransaction(): Promise<boolean> {
    const [row] = await this.database.query<{ written: boolean }>('SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS written');
    return row!.written;
  }
}

const seal: AnswerSeal = {
  seal: (texts) => Promise.resolve(texts.map(({ accountId, text }) => `${accountId ?? ''}|${Buffer.from(text).toString('base64')}`)),
  open: (accountId, sealed) => Promise.resolve(Buffer.from(sealed.slice(`${accountId ?? ''}|`.length), 'base64').toString()),
};

/** How many keys the customers of an account may use. */
const keysMost = 3;

/** Of which account nothing is told any more; each test sets its own. */
let silent: string | null = null;

let fresh: FreshDatabase;
let server: TestServer;

beforeAll(async () => {
  fresh = await freshDatabase({ migrations });
  await fresh.database.query('CREATE TABLE deeds (id serial PRIMARY KEY, name text NOT NULL)');
  const silentSince = { useFactory: () => (accountId: string) => Promise.resolve(accountId === silent ? instant('2027-04-30T07:00:00Z') : null) };
  const settings = readSettings({ SANDBOX: 'true', DATABASE_URL: 'postgres://unused', RATE_LIMIT_PER_MINUTE: '0', CUSTOMER_KEYS_PER_HOUR: String(keysMost) });
  server = await testServer([DeedsController], { settings, database: fresh.database, seal, silentSince });
});
afterAll(async () => {
  await server.close();
  await fresh.drop();
});
beforeEach(async () => {
  during = () => Promise.resolve();
  attempts = 0;
  silent = null;
  await fresh.database.query('TRUNCATE deeds, sunset.idempotency_keys');
});

interface Sent {
  readonly key?: string;
  readonly body?: unknown;
  readonly path?: string;
  readonly role?: 'service' | 'customer';
  readonly name?: string;
}

async function send({ key, body = { name: 'good' }, path = '/v1/accounts/a1/deeds', role = 'service', name = 'c' }: Sent = {}) {
  const subject = role === 'service' ? ({ role, subject: 'platform' } as const) : ({ role, subject: name, accountId: path.split('/')[3]! } as const);
  return server.app.inject({
    method: 'POST',
    url: path,
    headers: { authorization: await server.authorization(subject), 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
    payload: JSON.stringify(body),
  });
}

const count = async (table: string): Promise<number> => (await fresh.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]!.n;
const deeds = (): Promise<number> => count('deeds');

describe('an Idempotency-Key', () => {
  it('gives a repeated request the first answer, byte for byte, and does the deed once', async () => {
    const first = await send({ key: 'k' });
    const second = await send({ key: 'k' });
    expect(first.statusCode).toBe(201);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect({ status: second.statusCode, body: second.body, type: second.headers['content-type'], location: second.headers.location }).toEqual({
      status: 201, body: first.body, type: first.headers['content-type'], location: '/deeds/good',
    });
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(await deeds()).toBe(1);
  });

  it('is not needed: without one every request counts, and sends the same body', async () => {
    const first = await send();
    await send();
    expect(await deeds()).toBe(2);
    expect(first.json()).toEqual({ id: expect.any(Number), name: 'good' });
    expect(first.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(await count('sunset.idempotency_keys')).toBe(0);
  });

  it('is refused for another payload, path or query, whatever the order of properties', async () => {
    await send({ key: 'k', body: { name: 'good', size: 1 } });
    const reordered = await send({ key: 'k', body: { size: 1, name: 'good' } });
    const payload = await send({ key: 'k', body: { name: 'good', size: 2 } });
    const path = await send({ key: 'k', body: { name: 'good', size: 1 }, path: '/v1/accounts/a2/deeds' });
    const query = await send({ key: 'k', body: { name: 'good', size: 1 }, path: '/v1/accounts/a1/deeds?x=1' });
    expect(reordered.statusCode).toBe(201);
    expect([payload, path, query].map((answer) => [answer.statusCode, answer.json<{ code: string }>().code])).toEqual(Array(3).fill([422, 'idempotency_key_reused']));
    expect(await deeds()).toBe(1);
  });

  it('belongs to one caller', async () => {
    await send({ key: 'k' });
    await send({ key: 'k', role: 'customer' });
    expect(await deeds()).toBe(2);
  });

  it('answers 409 while the first request is still running, and its answer afterwards', async () => {
    const gate = barrier();
    during = () => gate.wait();
    const first = send({ key: 'k' });
    await gate.reached;
    const early = await send({ key: 'k' });
    gate.open();
    expect((await first).statusCode).toBe(201);
    const late = await send({ key: 'k' });
    expect([early.statusCode, early.json().code]).toEqual([409, 'request_in_progress']);
    expect([late.statusCode, late.body]).toEqual([201, (await first).body]);
    expect(await deeds()).toBe(1);
  });

  it('does the deed once however many requests come at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => send({ key: 'k' })));
    const bodies = new Set(answers.filter(({ statusCode }) => statusCode === 201).map(({ body }) => body));
    expect(answers.every(({ statusCode }) => statusCode === 201 || statusCode === 409)).toBe(true);
    expect(bodies.size).toBe(1);
    expect(await deeds()).toBe(1);
  });

  it('tells the answer that was recorded first, even if the look-up missed it', async () => {
    const first = await send({ key: 'k' });
    await fresh.database.query('CREATE TABLE aside AS SELECT * FROM sunset.idempotency_keys');
    await fresh.database.query('TRUNCATE deeds, sunset.idempotency_keys');
    during = async () => {
      if (attempts === 2) await fresh.database.dataSource.query('INSERT INTO sunset.idempotency_keys SELECT * FROM aside');
    };
    const second = await send({ key: 'k' });
    await fresh.database.query('DROP TABLE aside');
    expect([second.statusCode, second.body, second.headers['idempotency-replayed']]).toEqual([201, first.body, 'true']);
    expect(await deeds()).toBe(0);
  });

  it('is free again after a crash: nothing was done, and nothing is remembered', async () => {
    during = async () => {
      await fresh.database.query('SELECT pg_terminate_backend(pg_backend_pid())');
    };
    const crashed = await send({ key: 'k' });
    expect([crashed.statusCode, crashed.json().code, crashed.headers['retry-after']]).toEqual([503, 'unavailable', '2']);
    expect([await deeds(), await count('sunset.idempotency_keys')]).toEqual([0, 0]);
    during = () => Promise.resolve();
    const again = await send({ key: 'k' });
    expect(again.statusCode).toBe(201);
    expect(again.headers['idempotency-replayed']).toBeUndefined();
    expect(await deeds()).toBe(1);
  });

  it('remembers a refusal, and undoes what the handler wrote before it', async () => {
    const first = await send({ key: 'k', body: { name: 'forbidden fruit' } });
    const second = await send({ key: 'k', body: { name: 'forbidden fruit' } });
    expect(first.json()).toMatchObject({ status: 409, code: 'subscription_ended', since: 'yesterday' });
    expect(first.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect([second.statusCode, second.body, second.headers['content-type']]).toEqual([409, first.body, first.headers['content-type']]);
    expect(attempts).toBe(1);
    expect(await deeds()).toBe(0);
  });

  it('remembers neither bad input nor faults of ours', async () => {
    const bad = await send({ key: 'k', body: { name: '' } });
    during = () => Promise.reject(new Error('broken'));
    const broken = await send({ key: 'k' });
    during = () => Promise.reject(new Problem('unavailable'));
    const away = await send({ key: 'k' });
    during = () => Promise.resolve();
    const good = await send({ key: 'k' });
    expect([bad, broken, away, good].map(({ statusCode }) => statusCode)).toEqual([422, 500, 503, 201]);
    expect(await deeds()).toBe(1);
  });

  it('of a customer is taken as long as not too many answers are kept for the account; what is kept is told, and others are served', async () => {
    const [path, role, body] = ['/v1/accounts/many/deeds', 'customer', { name: 'forbidden fruit' }] as const;
    // However often it begins anew, it is one.
    during = () => (attempts < 3 ? Promise.reject(new Retry('again')) : Promise.resolve());
    const kept: Awaited<ReturnType<typeof send>>[] = [];
    for (let nth = 0; nth < keysMost; nth += 1) kept.push(await send({ key: `k${nth}`, path, role, body }));
    attempts = 0;
    const [more, ofAnother] = [await send({ key: 'new', path, role, body }), await send({ key: 'new', path, role, body: { name: 'good' }, name: 'somebody else' })];
    expect(attempts).toBe(0);
    const again = await send({ key: 'k0', path, role, body });
    const [keyless, platform, neighbour] = [await send({ path, role }), await send({ key: 'new', path }), await send({ key: 'new', path: '/v1/accounts/few/deeds', role })];
    expect(kept.map(({ statusCode }) => statusCode)).toEqual(Array(keysMost).fill(409));
    expect([more, ofAnother].map((answer) => [answer.statusCode, answer.json<{ code: string }>().code, Number(answer.headers['retry-after']) > 0])).toEqual(Array(2).fill([429, 'too_many_requests', true]));
    expect([again.statusCode, again.body, again.headers['idempotency-replayed']]).toEqual([409, kept[0]!.body, 'true']);
    expect([keyless, platform, neighbour].map(({ statusCode }) => statusCode)).toEqual([201, 201, 201]);
    expect(await count('sunset.idempotency_keys')).toBe(keysMost + 2);
  });

  it.each([['empty', ''], ['with a blank', 'a b'], ['not ASCII', 'ü'], ['too long', 'x'.repeat(256)]])('is bad input if it is %s', async (_, key) => {
    const answer = await send({ key });
    expect(answer.json()).toMatchObject({ status: 422, code: 'invalid_request', errors: [{ pointer: '/header/idempotency-key' }] });
    expect(await deeds()).toBe(0);
  });

  it('tells nothing again of an account that has come to its purge', async () => {
    await send({ key: 'k' });
    await send({ key: 'k2', path: '/v1/accounts/a2/deeds' });
    silent = 'a1';
    const [own, other] = [await send({ key: 'k' }), await send({ key: 'k2', path: '/v1/accounts/a2/deeds' })];
    expect([own.statusCode, own.json()]).toEqual([410, expect.objectContaining({ code: 'account_purged', purgedAt: '2027-04-30T07:00:00.000Z' })]);
    expect([other.statusCode, other.headers['idempotency-replayed']]).toEqual([201, 'true']);
  });

  it('remembers that the account is purged, and gives the purge that is under way nothing to do by it', async () => {
    during = () => Promise.reject(new Refused(refuse('account_purged', { purgedAt: instant('2027-04-30T07:00:00Z') })));
    const [first, second] = [await send({ key: 'k' }), await send({ key: 'k' })];
    expect([first.statusCode, second.statusCode, second.body, second.headers['idempotency-replayed']]).toEqual([410, 410, first.body, 'true']);
    expect(attempts).toBe(1);
    expect(await new KeptAnswers(fresh.database).counts('a1')).toEqual({ keptAnswers: 0 });
    const [{ row }] = (await fresh.database.query<{ row: string }>('SELECT row_to_json(k)::text AS row FROM sunset.idempotency_keys k')) as [{ row: string }];
    expect(row).not.toContain('a1');
  });

  it('is stored as a digest, and the answer sealed for its account', async () => {
    await send({ key: 'somebody@example.org' });
    const [row] = await fresh.database.query<{ account_id: string; body: string; id: Buffer; everything: string }>(
      'SELECT account_id, body, id, row_to_json(k)::text AS everything FROM sunset.idempotency_keys k',
    );
    expect(row).toMatchObject({ account_id: 'a1', body: expect.stringMatching(/^a1\|[A-Za-z0-9+/=]+$/) });
    expect(row!.id).toHaveLength(32);
    // Bytes stand there in hex.
    expect(row!.everything).toContain(row!.id.toString('hex'));
    for (const spelling of ['somebody', Buffer.from('somebody').toString('hex')]) expect(row!.everything).not.toContain(spelling);
  });
});

describe('a conflict inside the handler', () => {
  it.each([undefined, 'k'])('runs the handler again from the beginning (key %s)', async (key) => {
    during = () => (attempts < 3 ? Promise.reject(new Retry('again')) : Promise.resolve());
    const answer = await send({ ...(key !== undefined && { key }) });
    expect([answer.statusCode, attempts, await deeds()]).toEqual([201, 3, 1]);
  });
});

describe('a handler with transactions of its own', () => {
  const path = '/v1/accounts/a1/deeds/slow';

  it('does the idempotent part once and the rest every time, outside the transaction', async () => {
    const first = await send({ key: 'k', path });
    const second = await send({ key: 'k', path });
    expect(first.json()).toEqual({ name: 'good', inTransaction: true, afterwards: false });
    expect([second.statusCode, second.body]).toEqual([202, first.body]);
    expect(await deeds()).toBe(1);
  });

  it('remembers a refusal too', async () => {
    const [first, second] = [await send({ key: 'k', path, body: { name: 'forbidden fruit' } }), await send({ key: 'k', path, body: { name: 'forbidden fruit' } })];
    expect([first.statusCode, second.body]).toEqual([409, first.body]);
    expect([first, second].map(({ headers }) => headers['idempotency-replayed'])).toEqual([undefined, 'true']);
    expect(await deeds()).toBe(0);
  });
});

describe('kept answers', () => {
  it('are deleted a day later, not before', async () => {
    for (const key of ['old', 'older', 'young']) await send({ key });
    await fresh.database.query(`UPDATE sunset.idempotency_keys SET recorded_at = now() - interval '23 hours 59 minutes'`);
    expect(await deleteExpiredAnswers(fresh.database)).toBe(0);
    await fresh.database.query(`UPDATE sunset.idempotency_keys SET recorded_at = now() - interval '24 hours 1 minute'`);
    expect(await deleteExpiredAnswers(fresh.database, 2)).toBe(2);
    expect(await deleteExpiredAnswers(fresh.database, 2)).toBe(1);
  });

  it('go with their account', async () => {
    for (const key of ['k', 'k1', 'k3']) await send({ key });
    await send({ key: 'k2', path: '/v1/accounts/a2/deeds' });
    const kept = new KeptAnswers(fresh.database);
    expect([await kept.counts('a1'), await kept.counts('a2')]).toEqual([{ keptAnswers: 3 }, { keptAnswers: 1 }]);
    const first = await kept.purgeBatch('a1', null, 2);
    expect([first.counts, await kept.counts('a1')]).toEqual([{ keptAnswers: 2 }, { keptAnswers: 1 }]);
    const second = await kept.purgeBatch('a1', first.next, 2);
    expect([second.counts, (await kept.purgeBatch('a1', second.next, 2)).next]).toEqual([{ keptAnswers: 1 }, null]);
    expect(await fresh.database.query('SELECT account_id FROM sunset.idempotency_keys')).toEqual([{ account_id: 'a2' }]);
  });
});

function barrier() {
  let open!: () => void;
  let reach!: () => void;
  const opened = new Promise<void>((resolve) => { open = resolve; });
  const reached = new Promise<void>((resolve) => { reach = resolve; });
  return { open, reached, wait: () => { reach(); return opened; } };
}
