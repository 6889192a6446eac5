// Prepaid messages through the whole core: credited once at the end, raced by the carrier, a hundred thousand at once (R24, R25, A10).
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MarkMessageSent, MarkMessagesSent, RemoveMessage, ScheduleMessages, type MessageToSchedule } from '#application';
import type { Instant } from '#kernel';
import type { ScheduledMessage } from '#scheduled-messages';
import { cancel, resume, subscribe, usd } from '../stories/commands.js';
import { moment } from '../stories/life.js';
import { byPlatform, core, refusal, type Core, type OneAccount } from './core.js';

let made: Core;
beforeAll(async () => {
  made = await core();
}, 120_000);
afterAll(() => made.close());

const start = moment('2026-03-30T00:00Z');
const asked = moment('2026-04-10T00:00Z');
const E = moment('2026-04-30T00:00Z');

const sms = (messageId: string, sendAt: Instant): MessageToSchedule => ({ messageId, channel: 'sms', planKind: 'messaging', sendAt, price: usd(2) });
const rvm = (messageId: string, sendAt: Instant): MessageToSchedule => ({ messageId, channel: 'rvm', planKind: 'messaging', sendAt, price: usd(15) });

const schedule = (accountId: string, messages: readonly MessageToSchedule[]) => made.commands.execute(new ScheduleMessages(accountId, byPlatform, messages));
const sent = (accountId: string, messageId: string) => made.commands.execute(new MarkMessageSent(accountId, byPlatform, messageId));
const remove = (accountId: string, messageId: string) => made.commands.execute(new RemoveMessage(accountId, byPlatform, messageId));
const list = async (accountId: string): Promise<readonly ScheduledMessage[]> => (await made.messages.list(accountId, { limit: 1_000 })).data;
const credits = async ({ events }: Awaited<ReturnType<OneAccount['bringUpToDate']>>) => (await events()).filter(({ type }) => type === 'UnsentMessagesCredited');

/** Ten SMS and two RVM at or after the end, one SMS a millisecond before. */
const thirteen = [
  sms('before', moment(E, -1)),
  sms('s-0', E),
  ...Array.from({ length: 9 }, (_, index) => sms(`s-${index + 1}`, moment(E, index * 60_000))),
  ...Array.from({ length: 2 }, (_, index) => rvm(`r-${index}`, moment(E, index))),
];

const cancelling = async (accountId: string): Promise<OneAccount> => {
  const account = await made.account(accountId, start);
  await account.ask(subscribe('messaging-monthly', { as: `${accountId}.messaging` }));
  await schedule(accountId, thirteen);
  await account.tick(asked);
  await account.ask(cancel(`${accountId}.messaging`));
  return account;
};

describe('ten SMS and two RVM after the end, one SMS before', () => {
  it('move nothing at the request, and are $0.50 once, itemised, at the end', async () => {
    const account = await cancelling('thirteen');
    const read = await made.memberships.read('thirteen');
    expect(read.state.wallet.balance).toBe(0);
    const preview = await made.previews.of(read, read.state.subscriptions[0]!, 'en');
    expect(preview.credits).toEqual({ total: usd(50), sms: { count: 10, amount: usd(20) }, rvm: { count: 2, amount: usd(30) } });
    expect((await list('thirteen')).every(({ status }) => status === 'scheduled')).toBe(true);

    await account.tick(moment(E, -1));
    expect(await sent('thirteen', 'before')).toMatchObject({ status: 'sent', credited: false });
    await account.tick(E);
    const ended = await account.bringUpToDate();
    expect(await credits(ended)).toMatchObject([{ effectiveAt: E, data: { sms: preview.credits.sms, rvm: preview.credits.rvm, amount: preview.credits.total } }]);
    expect(ended.state.wallet.balance).toBe(50);
    expect(await credits(await account.bringUpToDate())).toHaveLength(1);

    const credit = (await made.ledgers.of(ended)).filter(({ kind }) => kind === 'unsent_message_credit');
    expect(credit).toMatchObject([{ amount: usd(50), effectiveAt: E, subscriptionId: 'thirteen.messaging', itemCount: 12 }]);
    expect(credit[0]!.items!.map(({ messageId }) => messageId).toSorted()).toEqual(thirteen.slice(1).map(({ messageId }) => messageId!).toSorted());
    expect(credit[0]!.items!.reduce((sum, { amount }) => sum + amount.amount, 0)).toBe(50);
    expect((await list('thirteen')).map(({ messageId, status, credited }) => [messageId, status, credited])).toEqual(
      expect.arrayContaining(thirteen.map(({ messageId }) => (messageId === 'before' ? [messageId, 'sent', false] : [messageId, 'cancelled', true]))),
    );
  });

  it('stay scheduled, all of them, after a resume', async () => {
    const account = await cancelling('resumed');
    const before = await list('resumed');
    await account.tick(moment(E, -1));
    await account.ask(resume('resumed.messaging'));
    await account.tick(moment('2026-05-01T00:00Z'));
    const renewed = await account.bringUpToDate();
    expect((await renewed.events()).map(({ type }) => type)).toContain('SubscriptionRenewed');
    expect(await credits(renewed)).toEqual([]);
    expect(await list('resumed')).toEqual(before);
  });

  it('are settled at the end whoever asks first, though no worker runs', async () => {
    const account = await cancelling('late');
    await account.tick(E);
    const unwritten = await made.memberships.read('late');
    expect([unwritten.state.wallet.balance, await credits(unwritten)]).toEqual([52, []]);
    expect(await refusal(sent('late', 's-0'))).toMatchObject({ refused: 'message_cancelled', detail: { message: { status: 'cancelled', credited: true, settledAt: E } } });
    expect(await refusal(remove('late', 's-0'))).toMatchObject({ refused: 'message_cancelled' });
    expect(await refusal(schedule('late', [sms('new', E)]))).toMatchObject({ refused: 'no_open_plan' });
    const written = await made.memberships.readWritten('late', byPlatform);
    expect(written.state).toEqual(unwritten.state);
    expect((await made.ledgers.of(written)).at(-1)).toMatchObject({ kind: 'unsent_message_credit', amount: usd(52) });
    expect(await (await account.bringUpToDate()).events()).toEqual(await written.events());
  });
});

describe('reports in bulk', () => {
  const report = (accountId: string, ...ids: readonly string[]) => made.commands.execute(new MarkMessagesSent(accountId, byPlatform, ids.map((messageId) => `${JSON.stringify({ messageId })}\n`).join('')));

  it('keep from being credited what they tell in time, and nothing of what they tell late, though no worker runs', async () => {
    const account = await cancelling('reported');
    await account.tick(moment(E, -1));
    expect(await report('reported', 'before', 's-0', 's-1', 'unknown')).toEqual({ sent: 3, refused: [{ line: 4, messageId: 'unknown', code: 'not_found', creditId: null }] });
    await account.tick(E);
    expect(await report('reported', 's-1', 's-2', 'r-0')).toEqual({
      sent: 1, refused: ['s-2', 'r-0'].map((messageId, index) => ({ line: index + 2, messageId, code: 'message_cancelled', creditId: 'reported.messaging.credit' })),
    });
    const credited = await credits(await account.bringUpToDate());
    expect(credited).toMatchObject([{ effectiveAt: E, data: { sms: { count: 8, amount: usd(16) }, rvm: { count: 2, amount: usd(30) } } }]);
  });

  it('are of this account, and of none that is not there', async () => {
    expect(await refusal(report('nobody', 'a'))).toMatchObject({ refused: 'not_found' });
  });
});

describe('the carrier and the end', () => {
  it('race for every message, and exactly one wins', async () => {
    const account = await made.account('race', start);
    await account.ask(subscribe('messaging-monthly', { as: 'race.messaging' }), cancel('race.messaging'));
    const ids = Array.from({ length: 100 }, (_, index) => `m-${index}`);
    await schedule('race', ids.map((id) => sms(id, moment(E, -1))));
    await account.tick(moment(E, -1));
    const outcomes = new Map<string, unknown>();
    let ending: Promise<unknown> | undefined;
    const left = [...ids];
    const sender = async (): Promise<void> => {
      for (let id = left.pop(); id !== undefined; id = left.pop()) {
        if (outcomes.size >= 40) ending ??= account.tick(E).then(() => account.bringUpToDate());
        // However slow the clock is, the last ones come too late.
        if (left.length < 4) await ending;
        outcomes.set(id, await refusal(sent('race', id)));
      }
    };
    await Promise.all([sender(), sender(), sender(), sender()]);
    await ending;
    const ended = await account.bringUpToDate();
    const accepted = ids.filter((id) => outcomes.get(id) === 'accepted');
    expect(accepted.length).toBeGreaterThanOrEqual(40);
    expect(accepted.length).toBeLessThan(100);
    for (const { messageId, status, credited } of await list('race')) {
      expect([messageId, status, credited]).toEqual(accepted.includes(messageId) ? [messageId, 'sent', false] : [messageId, 'cancelled', true]);
      if (credited) expect(outcomes.get(messageId)).toMatchObject({ refused: 'message_cancelled' });
    }
    expect(await credits(ended)).toMatchObject([{ data: { sms: { count: 100 - accepted.length }, amount: usd(2 * (100 - accepted.length)) } }]);
    expect(ended.state.wallet.balance).toBe(2 * (100 - accepted.length));
  });

  it('do not touch what belongs to the plan that goes on', async () => {
    const account = await made.account('two', start);
    await account.ask(subscribe('messaging-monthly', { as: 'two.messaging' }), subscribe('calling-monthly', { as: 'two.calling' }), cancel('two.messaging'));
    await schedule('two', [sms('mine', E), { ...rvm('calling', E), planKind: 'calling' }]);
    await account.tick(E);
    expect((await account.bringUpToDate()).state.wallet.balance).toBe(2);
    expect((await list('two')).map(({ messageId, status }) => [messageId, status]).toSorted()).toEqual([['calling', 'scheduled'], ['mine', 'cancelled']]);
  });
});

describe('a bulk', () => {
  it('with bad rows is refused as a whole, and every bad row is named by its index', async () => {
    const account = await made.account('bulk', start);
    await account.ask(subscribe('messaging-monthly', { as: 'bulk.messaging' }));
    const bad = [sms('good', E), sms('past', moment(start, -1)), { ...sms('foreign', E), price: { amount: 2, currency: 'EUR' } }, sms('good', E), sms('negative', E)];
    expect(await refusal(schedule('bulk', bad))).toMatchObject({
      refused: 'invalid_request',
      detail: { errors: [{ pointer: '/messages/1/sendAt' }, { pointer: '/messages/2/price/currency' }] },
    });
    expect(await refusal(schedule('bulk', [sms('good', E), { ...sms('negative', E), price: usd(-1) }]))).toMatchObject({ detail: { errors: [{ pointer: '/messages/1/price/amount' }] } });
    expect(await refusal(schedule('bulk', [sms('good', E), sms('good', E)]))).toMatchObject({ detail: { errors: [{ pointer: '/messages/1/messageId' }] } });
    expect(await refusal(schedule('bulk', [sms('good', E), { ...sms('calling', E), planKind: 'calling' }]))).toMatchObject({ refused: 'no_open_plan' });
    expect(await list('bulk')).toEqual([]);
    expect(await schedule('bulk', [sms('now', start)])).toMatchObject([{ status: 'scheduled' }]);
  });

  it('of another account is out of reach', async () => {
    const stranger = await made.account('stranger', start);
    await stranger.ask(subscribe('messaging-monthly', { as: 'stranger.messaging' }));
    const owner = await made.account('owner', start);
    await owner.ask(subscribe('messaging-monthly', { as: 'owner.messaging' }));
    await schedule('owner', [sms('theirs', E)]);
    expect(await refusal(sent('stranger', 'theirs'))).toMatchObject({ refused: 'not_found' });
    expect(await refusal(remove('stranger', 'theirs'))).toMatchObject({ refused: 'not_found' });
    expect(await list('owner')).toMatchObject([{ status: 'scheduled' }]);
  });
});

describe('a hundred thousand messages', () => {
  it('are credited at the end in the one transaction of the event', async () => {
    const account = await made.account('many', start);
    await account.ask(subscribe('messaging-monthly', { as: 'many.messaging' }), cancel('many.messaging'));
    for (let bulk = 0; bulk < 10; bulk += 1) {
      const ids = Array.from({ length: 10_000 }, (_, index) => `m-${bulk}-${index}`);
      await made.messages.schedule('many', ids.map((messageId, index) => ({ ...(index % 6 === 0 ? rvm(messageId, E) : sms(messageId, E)), messageId })));
    }
    await account.tick(E);
    const began = performance.now();
    const ended = await account.bringUpToDate();
    process.stdout.write(`100,000 messages credited in ${Math.round(performance.now() - began)} ms\n`);
    expect(await credits(ended)).toMatchObject([{ effectiveAt: E, data: { sms: { count: 83_330, amount: usd(166_660) }, rvm: { count: 16_670, amount: usd(250_050) }, amount: usd(416_710) } }]);
    const transactions = await made.database.query<{ xmin: string; rows: number }>(
      `SELECT xmin::text, count(*) AS rows FROM (
         SELECT xmin FROM sunset.scheduled_messages WHERE account_id = 'many' AND credited
         UNION ALL SELECT xmin FROM sunset.events WHERE account_id = 'many' AND type IN ('PeriodEnded', 'UnsentMessagesCredited')
       ) AS written GROUP BY 1`,
    );
    expect(transactions).toMatchObject([{ rows: 100_002 }]);
    expect((await made.ledgers.of(ended)).at(-1)).toMatchObject({ itemCount: 100_000, items: { length: 1_000 } });
  }, 240_000);
});
