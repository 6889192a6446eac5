// What operators write down: told to service and operators, never to the customer; without addresses; and taken out again where need be.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { unzip } from '../support/unzip.js';
import { Account, at, day } from './account.js';
import type { Options } from './client.js';
import type { Operation, Schema } from './contract.js';
import { bodySchema, goodBody } from './requests.js';
import { startInProcess, type InProcess } from './in-process.js';
import { startLimitMs } from './running.js';
import type { OpsEffect, Pause, Problem, RecordedEvent } from './shapes.js';

const E = '2026-02-01T00:00:00.000Z';
const D14 = at(E, 14 * day);
const P = '2027-02-01T00:00:00.000Z';

/** In every note that is written here, and in nothing else. */
const word = 'zqnote';

let running: InProcess;
let account: Account;

const operator: Options = { as: 'operator' };
const act = (path: string, body?: unknown) => running.client.post(`/v1/ops${path}`, { ...operator, ...(body !== undefined && { body }) });
const notes = async (): Promise<readonly string[]> => (await account.events()).filter(({ data }) => JSON.stringify(data).includes(word)).map(({ type }) => type).sort();

/** Lapsed, with two numbers that the carrier refused: one tried again, one settled elsewhere; held, and the held purge tried again. */
beforeAll(async () => {
  running = await startInProcess({}, { worker: true });
  account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
  const subscription = await account.subscribe();
  const bought = await account.buyNumbers(2);
  await account.cancel(subscription);
  for (const e164 of bought) {
    (await running.client.send('PUT', `/v1/dev/carrier/faults/${encodeURIComponent(e164)}`, { ...operator, body: { fault: 'blocked' } })).expect(200);
  }
  await account.advance(D14);
  const [first, second] = await running.client.all<OpsEffect>(`/v1/ops/effects?accountId=${account.accountId}&kind=release-number`, operator) as [OpsEffect, OpsEffect];
  (await act(`/effects/${first.effectId}/retry`, { reason: `${word} tried again` })).expect(200);
  (await act(`/effects/${second.effectId}/settle`, { reason: `${word} settled` })).expect(200);
  (await account.post('/legal-holds', { reason: `${word} held`, reviewAt: '2031-01-01T00:00:00Z' }, operator)).expect(201);
  await account.advance(at(P, day));
  const [purge] = await account.opsDeadlines('&kind=purge-data');
  (await act(`/deadlines/${purge!.deadlineId}/retry`, { reason: `${word} looked at` })).expect(200);
}, startLimitMs);

afterAll(() => running.stop(), startLimitMs);

describe("an operator's reason", () => {
  it('stands in the events, for service and operators', async () => {
    expect(await notes()).toEqual(['DeadlineRetried', 'LegalHoldPlaced', 'NumberReleaseRetried', 'NumberReleased']);
    const events = await account.all<RecordedEvent>('/events', operator);
    expect(events.find(({ type }) => type === 'DeadlineRetried')).toMatchObject({
      data: { kind: 'purge-data', subject: '', generation: 1, reason: `${word} looked at` }, actor: { role: 'operator' },
    });
    expect(events.find(({ type }) => type === 'NumberReleased')).toMatchObject({ data: { outcome: 'settled-elsewhere', reason: null, note: `${word} settled` } });
  });

  it('is in nothing that the customer reads, archive included', async () => {
    const { operations } = running.client.contract;
    const read = operations.filter(({ method, path, security }) => method === 'GET' && security.length > 0 && /^\/v1\/accounts\/\{accountId\}(\/[a-z-]+)?$/.test(path));
    const seen: string[] = [];
    for (const { path } of read) {
      const answer = await account.get(path.replace('/v1/accounts/{accountId}', ''), { as: 'customer' });
      if (answer.status === 403 || path.endsWith('/data-export')) continue;
      if (answer.status !== 404) answer.expect(200);
      seen.push(path.split('/').at(-1)!);
      expect([path, answer.text.includes(word)]).toEqual([path, false]);
    }
    expect(seen.sort()).toEqual(['consents', 'entitlements', 'ledger', 'membership', 'numbers', 'purge-certificate', 'scheduled-messages', 'ten-dlc', 'timeline', 'wallet', '{accountId}']);
    const authorization = `Bearer ${await running.client.token('customer', account.accountId)}`;
    const archive = await fetch(`${running.client.base}/v1/accounts/${account.accountId}/data-export`, { headers: { authorization } });
    for (const [name, content] of await unzip(Buffer.from(await archive.arrayBuffer()))) expect([name, content.includes(word)]).toEqual([name, false]);
  });
});

describe('the customer reads of it', () => {
  it('what happened, in a neutral sentence, and nothing of notes that were taken out', async () => {
    const told = (await account.all<{ kind: string; detail: string }>('/timeline', { as: 'customer' })).filter(({ kind }) => /^(NumberPurchased|NumberRelease|LegalHold|Deadline|Note)/.test(kind));
    expect(Object.fromEntries(told.map(({ kind, detail }) => [kind, detail]))).toEqual({
      NumberPurchased: 'A phone number was added (purchased).',
      NumberReleaseStarted: 'The release of 2 numbers began.',
      NumberReleaseBlocked: 'The release of a phone number is blocked at the carrier.',
      NumberReleaseRetried: 'The carrier is asked again for a phone number.',
      NumberReleased: 'The release of a phone number was settled elsewhere.',
      LegalHoldPlaced: 'A legal hold stops the deletion.',
      DeadlineRetried: 'What was due and had got stuck is tried again.',
    });
  });
});

describe('a note with an address in it', () => {
  const freeText = ({ type, enum: listed, format, pattern }: Schema): boolean => type === 'string' && listed === undefined && format === undefined && pattern === undefined;

  /** Every text that an operator alone may write, as the document has it. */
  async function fields(): Promise<readonly (readonly [Operation, string])[]> {
    const { contract } = running.client;
    const found: (readonly [Operation, string])[] = [];
    for (const operation of contract.operations.filter(({ security, method }) => security.length > 0 && method !== 'GET')) {
      const path = operation.path.replaceAll(/\{\w+\}/g, randomUUID());
      if ((await running.client.send(operation.method, path, { as: 'service', body: {} })).told !== '403 forbidden') continue;
      const body = bodySchema(operation);
      for (const [name, schema] of Object.entries((body && (contract.resolve(body)['properties'] as Record<string, Schema>)) ?? {})) {
        if (freeText(contract.resolve(schema))) found.push([operation, name]);
      }
    }
    return found;
  }

  it('is refused wherever an operator writes, and the field is named', async () => {
    const all = await fields();
    expect(all.map(([{ method, path }, name]) => `${method} ${path} ${name}`).sort()).toEqual([
      'POST /v1/accounts/{accountId}/legal-holds reason',
      'POST /v1/ops/acts reason',
      'POST /v1/ops/deadlines/{deadlineId}/retry reason',
      'POST /v1/ops/effects/{effectId}/retry reason',
      'POST /v1/ops/effects/{effectId}/settle reason',
      'POST /v1/ops/pauses carrier',
      'POST /v1/ops/pauses reason',
      'POST /v1/ops/purge-stops/{stopId}/confirm reason',
      'POST /v1/ops/purges/{purgeId}/retry acceptFindings',
    ]);
    for (const [operation, name] of all) {
      for (const note of ['asked ann@example.com', 'call +1 (206) 555-0101']) {
        const body = { ...(goodBody(running.client.contract, bodySchema(operation)!, { complete: false }) as object), [name]: note };
        const answer = await running.client.send(operation.method, operation.path.replaceAll(/\{\w+\}/g, randomUUID()), { ...operator, body });
        expect([operation.path, answer.told, answer.json<Problem>().errors?.map(({ pointer }) => pointer)]).toEqual([operation.path, '422 invalid_request', [`/${name}`]]);
      }
    }
    const resumed = await running.client.send('DELETE', `/v1/ops/pauses/${randomUUID()}?reason=${encodeURIComponent('call 206-555-0101')}`, operator);
    expect([resumed.told, resumed.json<Problem>().errors?.map(({ pointer }) => pointer)]).toEqual(['422 invalid_request', ['/query/reason']]);
  });
});

describe('a note that is there', () => {
  it('is taken out of its event by an operator, once, and that is an event of its own', async () => {
    const noted = (await account.events()).filter(({ data }) => JSON.stringify(data).includes(word));
    for (const { eventId } of noted) (await act(`/events/${eventId}/redact`)).expect(204);
    expect(await notes()).toEqual([]);
    const events = await account.events();
    expect(events.filter(({ type }) => type === 'NoteRedacted').map(({ data, actor }) => [data['redacts'], actor.role])).toEqual(noted.map(({ eventId }) => [eventId, 'operator']));
    expect(events.find(({ eventId }) => eventId === noted[0]!.eventId)).toEqual({ ...noted[0]!, data: { ...noted[0]!.data, reason: null } });
    expect((await account.all<{ reason: string | null }>('/legal-holds', operator)).map(({ reason }) => reason)).toEqual([null]);
    expect((await act(`/events/${noted[0]!.eventId}/redact`)).told).toBe('409 nothing_to_redact');
    expect((await account.all<{ kind: string }>('/timeline', { as: 'customer' })).filter(({ kind }) => kind === 'NoteRedacted')).toEqual([]);
  });

  it('is none where no operator wrote: of an event of the account nothing is taken out', async () => {
    const [opened] = await account.events('AccountOpened');
    expect((await act(`/events/${opened!.eventId}/redact`)).told).toBe('409 nothing_to_redact');
    for (const [path, what, body] of [[`/events/${randomUUID()}/redact`, 'event'], ['/events/none/redact', 'event'], [`/deadlines/${randomUUID()}/retry`, 'deadline', {}]] as const) {
      const answer = await act(path, body);
      expect([path, answer.told, answer.json<Problem>()['what']]).toEqual([path, '404 not_found', what]);
    }
    expect((await account.events('AccountOpened'))[0]).toEqual(opened);
  });

  it('is taken out of a pause, which says by whom', async () => {
    const { pauseId, pausedBy } = (await act('/pauses', { kind: 'delete-brand', reason: `${word} paused` })).expect<Pause>(201);
    (await running.client.send('DELETE', `/v1/ops/pauses/${pauseId}?reason=${word}%20over`, operator)).expect(200);
    const redacted = (await act(`/pauses/${pauseId}/redact`)).expect<Pause>(200);
    expect(redacted).toMatchObject({ reason: `redacted by ${pausedBy}`, resumeReason: `redacted by ${pausedBy}` });
    expect(JSON.stringify(await running.client.all('/v1/ops/pauses', operator))).not.toContain(word);
    for (const kind of ['pauses', 'purge-stops', 'purges']) expect((await act(`/${kind}/${randomUUID()}/redact`)).told).toBe('404 not_found');
  });
});
