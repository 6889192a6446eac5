// What scheduled messages promise: bulks are whole or nothing, and every message is sent or credited, once and never both.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Instant, instant, isRefusal } from '#kernel';
import type { Database } from '#postgres';
import { freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { purgeAll } from '../../../test/support/purging.js';
import { type MessageCursor, type MessagePage, migrations, type NewMessage, priceMax, type ScheduledMessage, ScheduledMessages, type UnsentTotals } from './index.js';

const at = instant('2026-03-01T08:00:00Z');
const later = instant('2026-03-02T08:00:00Z');
const nothing = { count: 0, amount: 0 };

let test: FreshDatabase;
let database: Database;
let messages: ScheduledMessages;
beforeAll(async () => {
  test = await freshDatabase({ migrations });
  database = test.database;
  messages = new ScheduledMessages(database);
});
afterAll(() => test.drop());

const sms = (messageId: string, more: Partial<NewMessage> = {}): NewMessage => ({
  messageId,
  channel: 'sms',
  planKind: 'messaging',
  sendAt: at,
  price: { amount: 2, currency: 'USD' },
  ...more,
});
const rvm = (messageId: string, more: Partial<NewMessage> = {}) => sms(messageId, { channel: 'rvm', price: { amount: 15, currency: 'USD' }, ...more });
const many = (count: number, prefix = 'm') => Array.from({ length: count }, (_, index) => sms(`${prefix}-${index}`));
const cancelUnsent = async (accountId: string, planKind: 'messaging', creditId: string, now: Instant): Promise<UnsentTotals> =>
  (await messages.cancelUnsent([{ accountId, planKind, creditId, at: now }]))[0]!;
const asScheduled = (message: NewMessage): ScheduledMessage => ({ ...message, status: 'scheduled', credited: false, creditId: null, settledAt: null });
const all = async (accountId: string) => (await messages.list(accountId, { limit: 10_000 })).data;
const one = async (accountId: string, messageId: string) => (await all(accountId)).find((message) => message.messageId === messageId);

async function pages(page: (after?: MessageCursor) => Promise<MessagePage>): Promise<string[]> {
  const ids: string[] = [];
  for (let after: MessageCursor | undefined; ; ) {
    const { data, next } = await page(after);
    ids.push(...data.map(({ messageId }) => messageId));
    if (!next) return ids;
    after = next;
  }
}

/** Resolves once some backend waits for a lock that this file's transaction holds. */
async function somebodyWaits(): Promise<void> {
  for (;;) {
    const rows = await database.query("SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
    if (rows.length > 0) return;
  }
}

/** Starts `second` when `first` has written, and commits `first` when `second` waits for it. */
async function overlap<A, B>(first: () => Promise<A>, second: () => Promise<B>): Promise<[A, B]> {
  let [written, commit] = [(): void => undefined, (): void => undefined];
  const hasWritten = new Promise<void>((resolve) => (written = resolve));
  const mayCommit = new Promise<void>((resolve) => (commit = resolve));
  const holding = database.transaction(async () => {
    const result = await first();
    written();
    await mayCommit;
    return result;
  });
  await hasWritten;
  const waiting = second();
  await somebodyWaits();
  commit();
  return [await holding, await waiting];
}

describe('scheduling', () => {
  it('answers the messages as they stand, in the order given', async () => {
    const given = [rvm('b', { planKind: 'calling' }), sms('a', { sendAt: later, price: { amount: 0, currency: 'EUR' } })];
    expect(await messages.schedule('order', given)).toEqual(given.map(asScheduled));
    expect(await all('order')).toEqual(given.map(asScheduled));
  });

  it('takes an identical repeat for what it is, whatever has become of the message', async () => {
    await messages.schedule('repeat', [sms('a'), sms('b')]);
    const sent = await messages.markSent('repeat', 'b', later);
    expect(await messages.schedule('repeat', [sms('b'), sms('c'), sms('a')])).toEqual([sent, asScheduled(sms('c')), asScheduled(sms('a'))]);
    expect(await all('repeat')).toHaveLength(3);
  });

  it.each([
    ['channel', { channel: 'rvm' }],
    ['plan', { planKind: 'calling' }],
    ['time', { sendAt: instant('2026-03-01T08:00:00.001Z') }],
    ['price', { price: { amount: 3, currency: 'USD' } }],
    ['currency', { price: { amount: 2, currency: 'EUR' } }],
  ] as const)('refuses the whole bulk when an id exists with another %s', async (name, other) => {
    await messages.schedule(`exists ${name}`, [sms('a'), sms('b')]);
    const refusal = await messages.schedule(`exists ${name}`, [sms('new'), sms('b'), sms('a', other)]);
    expect(refusal).toEqual({
      refused: 'message_exists',
      detail: { errors: [{ pointer: '/messages/2/messageId', message: 'is the id of another message of this account' }] },
    });
    expect(await all(`exists ${name}`)).toEqual([sms('a'), sms('b')].map(asScheduled));
  });

  it('leaves the surrounding transaction usable after a refusal', async () => {
    await messages.schedule('usable', [sms('a')]);
    await database.transaction(async () => {
      expect(isRefusal(await messages.schedule('usable', [sms('new'), rvm('a')]))).toBe(true);
      await messages.schedule('usable', [sms('other')]);
    });
    expect((await all('usable')).map(({ messageId }) => messageId)).toEqual(['a', 'other']);
  });

  it('refuses an id that comes twice in one bulk', async () => {
    expect(await messages.schedule('twice', [sms('a'), sms('b'), sms('a'), sms('a')])).toMatchObject({
      refused: 'invalid_request',
      detail: { errors: [{ pointer: '/messages/2/messageId' }, { pointer: '/messages/3/messageId' }] },
    });
    expect(await all('twice')).toEqual([]);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, priceMax + 1, 2 ** 53])('refuses the whole bulk for a price of %d', async (amount) => {
    expect(await messages.schedule('price', [sms('a'), sms('b', { price: { amount, currency: 'USD' } })])).toMatchObject({
      refused: 'invalid_request',
      detail: { errors: [{ pointer: '/messages/1/price/amount' }] },
    });
    expect(await all('price')).toEqual([]);
  });

  it('takes nothing, the dearest, and another account with the same id', async () => {
    expect(await messages.schedule('nothing', [])).toEqual([]);
    const dearest = sms('a', { price: { amount: priceMax, currency: 'USD' } });
    expect(await messages.schedule('dearest', [dearest])).toEqual([asScheduled(dearest)]);
    expect(await messages.schedule('dearest too', [rvm('a')])).toEqual([asScheduled(rvm('a'))]);
  });

  it('lets bulks with ids in common wait for each other, without a deadlock', async () => {
    const bulk = many(500);
    const schedule = (given: readonly NewMessage[]) => database.transaction(() => messages.schedule('bulks', given), { attempts: 1 });
    const results = await Promise.all(Array.from({ length: 6 }, (_, index) => schedule(index % 2 === 0 ? bulk : bulk.toReversed())));
    for (const result of results) expect(isRefusal(result)).toBe(false);
    expect(await all('bulks')).toHaveLength(500);
  });

  it('sees an id that another transaction is just taking', async () => {
    const [first, second] = await overlap(
      () => messages.schedule('taking', [sms('b')]),
      () => messages.schedule('taking', [sms('a'), rvm('b')]),
    );
    expect(first).toEqual([asScheduled(sms('b'))]);
    expect(second).toMatchObject({ refused: 'message_exists', detail: { errors: [{ pointer: '/messages/1/messageId' }] } });
    expect(await all('taking')).toEqual([asScheduled(sms('b'))]);
  });
});

describe('sending and removing', () => {
  it('marks as sent once, and keeps the first time', async () => {
    await messages.schedule('sent', [sms('a'), sms('b')]);
    const sent = { ...asScheduled(sms('a')), status: 'sent', settledAt: at };
    expect(await messages.markSent('sent', 'a', at)).toEqual(sent);
    expect(await messages.markSent('sent', 'a', later)).toEqual(sent);
    expect(await one('sent', 'b')).toEqual(asScheduled(sms('b')));
  });

  it('cancels what is removed and credits nothing', async () => {
    await messages.schedule('removed', [sms('a'), sms('b')]);
    const removed = { ...asScheduled(sms('a')), status: 'cancelled', settledAt: at };
    expect(await messages.remove('removed', 'a', at)).toEqual(removed);
    expect(await messages.remove('removed', 'a', later)).toEqual(removed);
    expect(await cancelUnsent('removed', 'messaging', 'credit', at)).toEqual({ sms: { count: 1, amount: 2 }, rvm: nothing });
    expect(await one('removed', 'a')).toEqual(removed);
  });

  it('does not know what is not there, or somebody else’s', async () => {
    await messages.schedule('owner', [sms('a')]);
    expect(await messages.markSent('stranger', 'a', at)).toMatchObject({ refused: 'not_found' });
    expect(await messages.remove('stranger', 'a', at)).toMatchObject({ refused: 'not_found' });
    expect(await one('owner', 'a')).toEqual(asScheduled(sms('a')));
  });

  it('sends nothing that was cancelled, and removes nothing that was sent or credited', async () => {
    await messages.schedule('settled', [sms('credited'), sms('removed'), sms('sent')]);
    await messages.markSent('settled', 'sent', at);
    await messages.remove('settled', 'removed', at);
    await cancelUnsent('settled', 'messaging', 'credit', at);
    const before = await all('settled');
    expect(await messages.markSent('settled', 'credited', later)).toMatchObject({ refused: 'message_cancelled' });
    expect(await messages.markSent('settled', 'removed', later)).toMatchObject({ refused: 'message_cancelled' });
    expect(await messages.remove('settled', 'credited', later)).toMatchObject({ refused: 'message_cancelled' });
    expect(await messages.remove('settled', 'sent', later)).toMatchObject({ refused: 'message_sent' });
    expect(await all('settled')).toEqual(before);
  });
});

describe('reports in bulk', () => {
  const lines = (...messageIds: readonly string[]) => messageIds.map((messageId, index) => ({ line: index + 1, messageId }));

  it('are taken by one statement, however many they are; what cannot be taken is told, and keeps no other from being taken', async () => {
    await messages.schedule('bulk', [...many(500), sms('credited', { planKind: 'calling' }), sms('removed'), sms('before'), sms('unsent')]);
    await messages.schedule('bulk of another', [sms('theirs')]);
    await messages.cancelUnsent([{ accountId: 'bulk', planKind: 'calling', creditId: 'credit', at }]);
    await messages.remove('bulk', 'removed', at);
    await messages.markSent('bulk', 'before', at);
    const asked = jest.spyOn(database, 'query');
    const reports = lines(...many(500).map(({ messageId }) => messageId), 'credited', 'm-3', 'theirs', 'before', 'removed');
    const taken = await messages.markAllSent('bulk', reports, later);
    expect(asked.mock.calls).toHaveLength(1);
    asked.mockRestore();
    expect(taken).toEqual({
      sent: 501,
      refused: [
        { line: 501, messageId: 'credited', code: 'message_cancelled', creditId: 'credit' },
        { line: 503, messageId: 'theirs', code: 'not_found', creditId: null },
        { line: 505, messageId: 'removed', code: 'message_cancelled', creditId: null },
      ],
    });
    expect(await one('bulk', 'm-499')).toEqual({ ...asScheduled(sms('m-499')), status: 'sent', settledAt: later });
    expect([await one('bulk', 'before'), await one('bulk of another', 'theirs')]).toMatchObject([{ settledAt: at }, { status: 'scheduled' }]);
    const before = await all('bulk');
    expect(await messages.markAllSent('bulk', reports, instant('2026-04-01T00:00:00Z'))).toEqual(taken);
    expect(await all('bulk')).toEqual(before);
    expect(await cancelUnsent('bulk', 'messaging', 'last', later)).toEqual({ sms: { count: 1, amount: 2 }, rvm: nothing });
  });

  it('wait for whoever settles the same messages, and tell what came of them', async () => {
    await messages.schedule('waiting', [sms('a'), sms('b'), sms('c', { planKind: 'calling' })]);
    const [, taken] = await overlap(() => cancelUnsent('waiting', 'messaging', 'credit', at), () => messages.markAllSent('waiting', lines('a', 'c', 'b'), later));
    expect(taken).toEqual({ sent: 1, refused: [{ line: 1, messageId: 'a', code: 'message_cancelled', creditId: 'credit' }, { line: 3, messageId: 'b', code: 'message_cancelled', creditId: 'credit' }] });
  });

  it('with messages in common wait for each other, without a deadlock', async () => {
    await messages.schedule('reported', many(500, 'r'));
    const ids = many(500, 'r').map(({ messageId }) => messageId);
    const report = (given: readonly string[]) => database.transaction(() => messages.markAllSent('reported', lines(...given), at), { attempts: 1 });
    const taken = await Promise.all(Array.from({ length: 6 }, (_, index) => report(index % 2 === 0 ? ids : ids.toReversed())));
    expect(taken).toEqual(taken.map(() => ({ sent: 500, refused: [] })));
  });
});

describe('crediting', () => {
  it('credits what is unsent of that plan, whatever its time, once', async () => {
    const mine = [...many(10), rvm('r-1'), rvm('r-2', { sendAt: later }), sms('free', { price: { amount: 0, currency: 'USD' } })];
    await messages.schedule('credit', [...mine, sms('sent'), sms('call', { planKind: 'calling' })]);
    await messages.schedule('credit, other account', many(3));
    await messages.markSent('credit', 'sent', at);

    const expected = { sms: { count: 11, amount: 20 }, rvm: { count: 2, amount: 30 } };
    expect(await messages.unsent('credit', 'messaging')).toEqual(expected);
    expect(await cancelUnsent('credit', 'messaging', 'credit-1', later)).toEqual(expected);
    expect(await cancelUnsent('credit', 'messaging', 'credit-2', later)).toEqual({ sms: nothing, rvm: nothing });
    expect(await messages.unsent('credit', 'messaging')).toEqual({ sms: nothing, rvm: nothing });

    for (const { messageId } of mine) {
      expect(await one('credit', messageId)).toMatchObject({ status: 'cancelled', credited: true, creditId: 'credit-1', settledAt: later });
    }
    expect(await one('credit', 'sent')).toMatchObject({ status: 'sent', credited: false });
    expect(await messages.unsent('credit', 'calling')).toEqual({ sms: { count: 1, amount: 2 }, rvm: nothing });
    expect(await messages.unsent('credit, other account', 'messaging')).toEqual({ sms: { count: 3, amount: 6 }, rvm: nothing });
  });

  it('counts from an instant on, that instant included', async () => {
    await messages.schedule('from', [sms('before', { sendAt: instant('2026-03-01T07:59:59.999Z') }), sms('at'), rvm('after', { sendAt: later })]);
    expect(await messages.unsent('from', 'messaging', { from: at })).toEqual({ sms: { count: 1, amount: 2 }, rvm: { count: 1, amount: 15 } });
    expect(await messages.unsent('from', 'messaging')).toEqual({ sms: { count: 2, amount: 4 }, rvm: { count: 1, amount: 15 } });
  });

  it('is counted and credited of several accounts at once, each as its own', async () => {
    for (const accountId of ['first', 'second']) await messages.schedule(accountId, [...many(accountId.length), rvm('voice')]);
    const plans = ['second', 'nobody', 'first'].map((accountId) => ({ accountId, planKind: 'messaging' as const }));
    const totals = [{ sms: { count: 6, amount: 12 }, rvm: { count: 1, amount: 15 } }, { sms: nothing, rvm: nothing }, { sms: { count: 5, amount: 10 }, rvm: { count: 1, amount: 15 } }];
    expect(await messages.unsentOf(plans)).toEqual(totals);
    expect(await messages.cancelUnsent(plans.map((plan) => ({ ...plan, creditId: `${plan.accountId}.credit`, at: later })))).toEqual(totals);
    expect((await all('first')).map(({ creditId, settledAt }) => [creditId, settledAt])).toEqual(Array(6).fill(['first.credit', later]));
  });

  it('is undone with the surrounding transaction', async () => {
    await messages.schedule('undone', many(3));
    const ending = database.transaction(async () => {
      await cancelUnsent('undone', 'messaging', 'credit', at);
      throw new Error('roll back');
    });
    await expect(ending).rejects.toThrow('roll back');
    expect(await all('undone')).toEqual(many(3).map(asScheduled));
  });

  it('credits nothing rather than a sum that no number holds', async () => {
    await database.query(
      `INSERT INTO sunset.scheduled_messages (account_id, shard, message_id, channel, plan_kind, send_at, price, currency)
       SELECT 'too much', sunset.shard_of('too much'), channel, channel, 'messaging', now(), 5000000000000000, 'USD' FROM unnest('{sms,rvm}'::text[]) AS channel`,
    );
    await expect(messages.unsent('too much', 'messaging')).rejects.toThrow(RangeError);
    await expect(cancelUnsent('too much', 'messaging', 'credit', at)).rejects.toThrow('10000000000000000 minor units');
    expect((await messages.list('too much', { limit: 10, status: 'scheduled' })).data).toHaveLength(2);
  });

  it('refuses to send what is just being credited', async () => {
    await messages.schedule('credit first', many(3));
    const [credited, sent] = await overlap(
      () => cancelUnsent('credit first', 'messaging', 'credit', at),
      () => messages.markSent('credit first', 'm-1', at),
    );
    expect(credited.sms.count).toBe(3);
    expect(sent).toMatchObject({ refused: 'message_cancelled' });
  });

  it('does not credit what is just being sent', async () => {
    await messages.schedule('sent first', many(3));
    const [sent, credited] = await overlap(
      () => messages.markSent('sent first', 'm-1', at),
      () => cancelUnsent('sent first', 'messaging', 'credit', at),
    );
    expect(sent).toMatchObject({ status: 'sent' });
    expect(credited.sms).toEqual({ count: 2, amount: 4 });
  });

  it('sends or credits each of many, never both', async () => {
    const bulk = many(300, 'race');
    await messages.schedule('race', bulk);
    let crediting: Promise<UnsentTotals> | undefined;
    let [sent, refused] = [0, 0];
    const left = [...bulk];
    const sender = async (): Promise<void> => {
      for (let message = left.pop(); message; message = left.pop()) {
        // The last of them after the credit, however late it gets its turn.
        if (left.length < 20) await crediting;
        if (isRefusal(await messages.markSent('race', message.messageId, at))) refused += 1;
        else sent += 1;
        if (sent === 50) crediting ??= cancelUnsent('race', 'messaging', 'credit', at);
      }
    };
    await Promise.all(Array.from({ length: 6 }, sender));
    expect(refused).toBeGreaterThan(0);
    expect((await crediting)!.sms).toEqual({ count: refused, amount: 2 * refused });
    expect((await messages.items('race', ['credit'], 1_000)).get('credit')).toHaveLength(refused);
    expect((await messages.list('race', { limit: 1_000, status: 'sent' })).data).toHaveLength(300 - refused);
  });
});

describe('paging', () => {
  const given = Array.from({ length: 25 }, (_, index) => sms(`p-${String((index * 7) % 25).padStart(2, '0')}`, { sendAt: index % 3 === 0 ? later : at }));
  const inOrder = given.toSorted((a, b) => (`${a.sendAt}${a.messageId}` < `${b.sendAt}${b.messageId}` ? -1 : 1)).map(({ messageId }) => messageId);
  beforeAll(() => messages.schedule('pages', given));

  it.each([1, 4, 24, 25, 26])('shows every message once, in order of time and id, %i at a time', async (limit) => {
    expect(await pages((after) => messages.list('pages', { limit, ...(after && { after }) }))).toEqual(inOrder);
  });

  it('shows the items of a credit and those of one status in the same order', async () => {
    for (const messageId of inOrder.slice(0, 5)) await messages.markSent('pages', messageId, later);
    await cancelUnsent('pages', 'messaging', 'credit', later);
    const items = await messages.items('pages', ['credit', 'another credit'], 1_000);
    expect([...items].map(([creditId, some]) => [creditId, some.map(({ messageId }) => messageId)])).toEqual([['credit', inOrder.slice(5)], ['another credit', []]]);
    expect((await messages.items('pages', ['credit'], 2)).get('credit')!.map(({ messageId }) => messageId)).toEqual(inOrder.slice(5, 7));
    expect(await pages((after) => messages.list('pages', { limit: 2, status: 'sent', ...(after && { after }) }))).toEqual(inOrder.slice(0, 5));
  });
});

describe('purging', () => {
  it('deletes everything of the account in batches, and nothing else', async () => {
    await messages.schedule('gone', many(23));
    await messages.schedule('stays', many(5));
    expect([await messages.counts('gone'), await messages.counts('nobody')]).toEqual([{ scheduledMessages: 23 }, { scheduledMessages: 0 }]);
    expect(await purgeAll(messages, 'gone', 5)).toEqual({ counts: { scheduledMessages: 23 }, digests: [], batches: [5, 5, 5, 5, 3] });
    expect((await messages.purgeBatch('gone', null, 5)).next).toBeNull();
    expect(await all('gone')).toEqual([]);
    expect(await all('stays')).toHaveLength(5);
  });

  it('does not stop at a batch that somebody else is just deleting', async () => {
    await messages.schedule('two', many(100));
    const [, deleted] = await overlap(
      () => database.query("DELETE FROM sunset.scheduled_messages WHERE account_id = 'two' AND message_id IN (SELECT message_id FROM sunset.scheduled_messages WHERE account_id = 'two' ORDER BY message_id LIMIT 10)"),
      () => purgeAll(messages, 'two', 10),
    );
    expect(deleted.counts).toEqual({ scheduledMessages: 90 });
    expect(await all('two')).toEqual([]);
  });
});
