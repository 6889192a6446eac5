// With `FOUR_EYES` what staff cannot undo is asked for by one person and done once another has confirmed it; without, everything is as it was.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { irreversibleActs } from '#application';
import { Account } from './account.js';
import type { Answer } from './client.js';
import { startInProcess, type InProcess } from './in-process.js';
import { startLimitMs } from './running.js';

/** Operators may do them, and they can be undone or change nothing, or take out of staff's own words what must not stand there. */
const undoable = [
  'POST /v1/accounts/{accountId}/legal-holds', 'POST /v1/accounts/{accountId}/ten-dlc/approve', 'POST /v1/imports', 'POST /v1/ops/drift/runs', 'POST /v1/ops/effects/{effectId}/retry', 'POST /v1/ops/pauses', 'POST /v1/ops/projections/{name}/rebuild',
  ...['acts/{actId}', 'asked-acts/{askedActId}', 'events/{eventId}', 'pauses/{pauseId}', 'purge-stops/{stopId}', 'purges/{purgeId}'].map((path) => `POST /v1/ops/${path}/redact`),
  'POST /v1/ops/asked-acts/{askedActId}/confirm', 'DELETE /v1/ops/asked-acts/{askedActId}',
];

interface Asked {
  readonly askedActId: string;
  readonly act: string;
  readonly status: string;
  readonly askedBy: string;
  readonly endedBy: string | null;
  readonly reason: string | null;
}

interface Act {
  /** Makes what it is done to, and says how it is asked for. */
  readonly ready: () => Promise<readonly [method: string, path: string, body?: object]>;
  /** What shows whether it was done. */
  readonly seen: () => Promise<unknown>;
  readonly before: unknown;
  readonly after: unknown;
  /** Without `FOUR_EYES`. */
  readonly status: number;
}

let on: InProcess;
let off: InProcess;
beforeAll(async () => {
  on = await startInProcess({ FOUR_EYES: 'true' });
  off = await on.beside({});
  erased = (await account()).accountId;
  (await by('zoe', 'POST', `/v1/accounts/${erased}/erasure`, { basis: 'contract' }, off)).expect(202);
}, startLimitMs);
afterAll(() => on.stop(), startLimitMs);

const tokens = new Map<string, string>();
/** The operator of that name. */
async function by(subject: string, method: string, path: string, body?: object, service = on, key?: string): Promise<Answer> {
  if (!tokens.has(subject)) tokens.set(subject, (await on.client.post('/v1/dev/tokens', { as: null, body: { role: 'operator', subject } })).expect<{ token: string }>(201).token);
  return service.client.send(method, path, { headers: { authorization: `Bearer ${tokens.get(subject)}` }, ...(body && { body }), ...(key && { key }) });
}

const value = async (sql: string, parameters: readonly unknown[]): Promise<unknown> => (await on.database.query<{ value: unknown }>(sql, parameters))[0]?.value;
const account = () => Account.open(off.client);
/** Whose purge nobody carries out, for there is no worker. */
let erased: string;

let target = '';
const acts: Readonly<Record<string, Act>> = {
  'start-erasure': {
    async ready() {
      target = (await account()).accountId;
      return ['POST', `/v1/accounts/${target}/erasure`, { basis: 'gdpr-art-17' }];
    },
    seen: () => value('SELECT count(*)::int AS value FROM sunset.purges WHERE account_id = $1', [target]),
    before: 0, after: 1, status: 202,
  },
  'lift-legal-hold': {
    async ready() {
      const { accountId } = await account();
      target = accountId;
      const { holdId } = (await by('ada', 'POST', `/v1/accounts/${accountId}/legal-holds`, { reason: 'a court', reviewAt: '2031-01-01T00:00:00Z' })).expect<{ holdId: string }>(201);
      return ['DELETE', `/v1/accounts/${accountId}/legal-holds/${holdId}`];
    },
    seen: () => value(`SELECT count(*)::int AS value FROM sunset.events WHERE account_id = $1 AND type = 'LegalHoldLifted'`, [target]),
    before: 0, after: 1, status: 204,
  },
  'end-pause': {
    async ready() {
      target = (await by('ada', 'POST', '/v1/ops/pauses', { reason: 'look first', carrier: 'sandbox' })).expect<{ pauseId: string }>(201).pauseId;
      return ['DELETE', `/v1/ops/pauses/${target}?reason=looked`];
    },
    seen: () => value('SELECT resume_reason AS value FROM sunset.effect_pauses WHERE pause_id = $1', [target]),
    before: null, after: 'looked', status: 200,
  },
  'confirm-clock': {
    async ready() {
      target = String(await value(`INSERT INTO sunset.clock_stops (stop_id, cause, last_seen_at, stopped_at) VALUES (gen_random_uuid(), 'clock-forward', now(), now()) RETURNING stop_id AS value`, []));
      return ['POST', `/v1/ops/purge-stops/${target}/confirm`, { reason: 'it slept' }];
    },
    seen: () => value('SELECT reason AS value FROM sunset.clock_stops WHERE stop_id = $1', [target]),
    before: null, after: 'it slept', status: 200,
  },
  'accept-findings': {
    async ready() {
      target = String(await value(`UPDATE sunset.purges SET status = 'failed', step = 'verification', findings = '["a place"]' WHERE account_id = $1 RETURNING purge_id AS value`, [erased]));
      return ['POST', `/v1/ops/purges/${target}/retry`, { acceptFindings: 'a street' }];
    },
    seen: () => value('SELECT status AS value FROM sunset.purges WHERE purge_id = $1', [target]),
    before: 'failed', after: 'running', status: 200,
  },
  'retry-deadline': {
    async ready() {
      const one = await account();
      await one.subscribe();
      target = String(await value(`UPDATE sunset.deadlines SET status = 'dead' WHERE deadline_id = (SELECT deadline_id FROM sunset.deadlines WHERE account_id = $1 AND status = 'pending' LIMIT 1) RETURNING deadline_id AS value`, [one.accountId]));
      return ['POST', `/v1/ops/deadlines/${target}/retry`, { reason: 'let it go' }];
    },
    seen: () => value('SELECT status AS value FROM sunset.deadlines WHERE deadline_id = $1', [target]),
    before: 'dead', after: 'pending', status: 200,
  },
  'settle-effect': {
    async ready() {
      const one = await account();
      await one.subscribe();
      const [e164] = await one.buyNumbers(1);
      await one.removeNumber(e164!);
      target = String(await value(`SELECT effect_id AS value FROM sunset.effects WHERE account_id = $1 AND kind = 'release-number'`, [one.accountId]));
      return ['POST', `/v1/ops/effects/${target}/settle`, { reason: 'by hand' }];
    },
    seen: () => value('SELECT status AS value FROM sunset.effects WHERE effect_id = $1', [target]),
    before: 'pending', after: 'done', status: 200,
  },
  'act-on-many': {
    async ready() {
      const { pauseId } = (await by('ada', 'POST', '/v1/ops/pauses', { reason: 'look first', carrier: 'sandbox' })).expect<{ pauseId: string }>(201);
      const act = { act: 'let-go', filter: { list: 'pauses', id: pauseId }, reason: 'looked' };
      target = (await by('ada', 'POST', '/v1/ops/acts', { ...act, dryRun: true })).expect<{ actId: string }>(200).actId;
      return ['POST', '/v1/ops/acts', { ...act, dryRun: false, shown: target }];
    },
    seen: () => value('SELECT begun_at IS NOT NULL AS value FROM sunset.acts WHERE act_id = $1', [target]),
    before: false, after: true, status: 200,
  },
};

describe('what staff cannot undo', () => {
  it('is all that this file knows, and every other act of an operator was looked at', () => {
    expect(Object.keys(acts).sort()).toEqual([...irreversibleActs].sort());
    const asking = ({ responses }: { readonly responses: object }): boolean => JSON.stringify(responses).includes('second_person_needed');
    const ofOperators = on.client.contract.operations.filter(({ method, path, security }) => method !== 'GET' && !/^\/v1\/(dev|test-clocks)/.test(path) && JSON.stringify(security).includes('operator'));
    expect(ofOperators.filter((one) => !asking(one)).map(({ method, path }) => `${method} ${path}`).sort()).toEqual([...undoable].sort());
    expect(ofOperators.filter(asking)).toHaveLength(irreversibleActs.length);
  });

  it.each(Object.entries(acts))('is done at once without FOUR_EYES: %s', async (_, { ready, seen, before, after, status }) => {
    const [method, path, body] = await ready();
    expect(await seen()).toBe(before);
    (await by('ada', method, path, body, off)).expect(status);
    expect(await seen()).toBe(after);
  });

  it.each(Object.entries(acts))('waits for another person with it, and is done once: %s', async (name, { ready, seen, before, after }) => {
    const [method, path, body] = await ready();
    const refused = await by('ada', method, path, body);
    expect(refused.told).toBe('409 second_person_needed');
    const { askedActId } = refused.json<{ askedActId: string }>();
    expect((await by('ada', method, path, body)).json()).toMatchObject({ askedActId });
    const confirm = `/v1/ops/asked-acts/${askedActId}/confirm`;
    expect((await by('ada', 'POST', confirm)).told).toBe('403 same_person');
    expect(await seen()).toBe(before);
    expect((await by('bea', 'GET', '/v1/ops/asked-acts?status=waiting')).json<{ data: Asked[] }>().data).toEqual([expect.objectContaining({ askedActId, act: name, askedBy: 'ada', status: 'waiting' })]);
    expect((await by('bea', 'POST', confirm)).expect<Asked>(200)).toMatchObject({ askedActId, act: name, askedBy: 'ada', endedBy: 'bea', status: 'confirmed' });
    expect(await seen()).toBe(after);
    expect((await by('cyd', 'POST', confirm)).told).toBe('409 act_over');
  });
});

describe('an act that waits', () => {
  it('is not remembered by an idempotency key, and once confirmed the key has done nothing yet', async () => {
    const [method, path, body] = await acts['end-pause']!.ready();
    const { askedActId } = (await by('ada', method, path, body, on, 'key-1')).json<{ askedActId: string }>();
    expect((await by('ada', method, path, body, on, 'key-1')).json()).toMatchObject({ code: 'second_person_needed', askedActId });
    (await by('bea', 'POST', `/v1/ops/asked-acts/${askedActId}/confirm`, undefined, on, 'key-2')).expect(200);
    const again = await by('bea', 'POST', `/v1/ops/asked-acts/${askedActId}/confirm`, undefined, on, 'key-2');
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
  });

  it('on many at once is gone on with by who asked for it, once it is confirmed', async () => {
    const [method, path, body] = await acts['act-on-many']!.ready();
    const { askedActId } = (await by('ada', method, path, body)).json<{ askedActId: string }>();
    await on.database.execute(`UPDATE sunset.acts SET shown_at = shown_at - interval '2 hours' WHERE act_id = $1`, [target]);
    (await by('ada', 'POST', path, { ...body, dryRun: true, shown: undefined })).expect(200);
    (await by('bea', 'POST', `/v1/ops/asked-acts/${askedActId}/confirm`)).expect(200);
    expect((await by('ada', method, path, body)).expect(200)).toMatchObject({ actId: target, changed: 1, left: 0, reason: 'looked' });
  });

  it('waits on where it is refused when it is confirmed', async () => {
    const one = await account();
    await one.subscribe();
    const { askedActId } = (await by('ada', 'POST', `/v1/accounts/${one.accountId}/erasure`, { basis: 'contract' })).json<{ askedActId: string }>();
    expect((await by('bea', 'POST', `/v1/ops/asked-acts/${askedActId}/confirm`)).told).toBe('409 subscription_open');
    expect((await by('bea', 'GET', '/v1/ops/asked-acts?status=waiting')).json<{ data: Asked[] }>().data).toEqual([expect.objectContaining({ askedActId })]);
    expect((await by('ada', 'DELETE', `/v1/ops/asked-acts/${askedActId}`)).expect<Asked>(200)).toMatchObject({ status: 'declined', endedBy: 'ada' });
  });

  it('of what is not there is told so when it is confirmed', async () => {
    const { askedActId } = (await by('ada', 'POST', '/v1/ops/purge-stops/0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b/confirm', { reason: 'right' })).json<{ askedActId: string }>();
    expect((await by('bea', 'POST', `/v1/ops/asked-acts/${askedActId}/confirm`)).json()).toMatchObject({ code: 'not_found', what: 'purge stop' });
    (await by('bea', 'DELETE', `/v1/ops/asked-acts/${askedActId}`)).expect(200);
  });

  it('names who confirmed it, and the act, in the events that it leads to', async () => {
    const [method, path] = await acts['lift-legal-hold']!.ready();
    const { askedActId } = (await by('ada', method, path)).json<{ askedActId: string }>();
    (await by('bea', 'POST', `/v1/ops/asked-acts/${askedActId}/confirm`)).expect(200);
    const [metadata] = await on.database.query<{ actor: { id: string }; causationId: string }>(`SELECT metadata -> 'actor' AS actor, metadata ->> 'causationId' AS "causationId" FROM sunset.events WHERE account_id = $1 AND type = 'LegalHoldLifted'`, [target]);
    expect(metadata).toMatchObject({ actor: { id: 'bea' }, causationId: `asked-act:${askedActId}` });
  });

  it('is counted, and loses its words when told to', async () => {
    const [method, path] = await acts['end-pause']!.ready();
    const { askedActId } = (await by('ada', method, path)).json<{ askedActId: string }>();
    const metrics = (await on.client.get('/metrics', { as: null })).text.split('\n');
    expect(metrics.filter((line) => line.startsWith('sunset_asked_acts_waiting'))).toEqual(['sunset_asked_acts_waiting 1']);
    expect((await by('bea', 'POST', `/v1/ops/asked-acts/${askedActId}/redact`)).expect<Asked>(200)).toMatchObject({ reason: 'redacted by bea', status: 'waiting' });
    (await by('bea', 'DELETE', `/v1/ops/asked-acts/${askedActId}`)).expect(200);
  });

  it('is none where a purge is tried again and nothing is accepted', async () => {
    const [, path] = await acts['accept-findings']!.ready();
    (await by('ada', 'POST', path, {})).expect(200);
  });

  it('needs words that may be written down', async () => {
    const [, path] = await acts['confirm-clock']!.ready();
    expect((await by('ada', 'POST', path, { reason: 'ask ada@example.com' })).told).toBe('422 invalid_request');
    (await by('ada', 'POST', path, { reason: 'right' }, off)).expect(200);
  });

  it.each(['yes', '1', 'TRUE'])('needs no second person by a misspelled setting, since nothing starts: %s', (word) => {
    expect(() => on.settings({ FOUR_EYES: word })).toThrow('FOUR_EYES');
  });
});
