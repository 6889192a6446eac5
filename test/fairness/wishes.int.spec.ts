// What only records a wish is written so often on a day and no more, and what changes nothing is not written at all.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AccountChanged, AutoRechargeConfigured, CancellationAttempted, type MembershipEvent } from '#domain';
import { EventStore } from '#event-store';
import { type EventOf, instant } from '#kernel';
import { Account } from '../end-to-end/account.js';
import type { Answer } from '../end-to-end/client.js';
import { startInProcess, type InProcess } from '../end-to-end/in-process.js';
import { usd, type Attempt, type RecordedEvent, type TimelineEntry } from '../end-to-end/shapes.js';
import { byPlatform } from '../money/core.js';
import { consent } from '../stories/commands.js';
import { append, purchases } from '../support/large-account.js';

const now = '2026-03-30T20:00:00.000Z';
const at = instant(now);
const most = 50;

let made: InProcess;
let account: Account;
beforeAll(async () => {
  made = await startInProcess();
}, 120_000);
afterAll(() => made.stop());
beforeEach(async () => {
  account = await Account.open(made.client, { now, name: 'Ann', email: 'ann@example.com', timeZone: 'America/Los_Angeles' });
});

const rename = (name: string, more: object = {}): Promise<Answer> => account.send('PATCH', '', { as: 'customer', body: { name }, ...more });
const written = async (): Promise<number> => (await account.all<RecordedEvent>('/events')).length;
const tick = (to: string) => made.letPass(account.clock!, to);

/** Straight into the log: how they come there is the same for each. */
const wished = (...events: readonly MembershipEvent[]): Promise<void> => append(made.app.get<EventStore<MembershipEvent>>(EventStore), account.accountId, events, byPlatform);

const times = <T>(count: number, make: (n: number) => T): readonly T[] => Array.from({ length: count }, (_, n) => make(n));

describe('what is wished too often on a day', () => {
  it.each<[string, (n: number) => MembershipEvent, (key: string) => Promise<Answer>]>([
    ['who it is', (n) => AccountChanged(at, { name: `Ann ${n}` }), (key) => rename('Ann again', { key })],
    ['when the wallet is filled', (n) => AutoRechargeConfigured(at, { enabled: true, threshold: usd(n), amount: usd(500) }),
      (key) => account.send('PUT', '/wallet/auto-recharge', { as: 'customer', key, body: { enabled: false, threshold: usd(0), amount: usd(500) } })],
  ])('is told when the next one begins, is written no more, and is not kept as the answer of its key: %s', async (_, event, wish) => {
    await wished(...times(most, event));
    const refused = await wish('k');
    expect([refused.told, refused.headers.get('retry-after'), refused.json()]).toEqual(['429 too_many_requests', String(11 * 3_600), expect.objectContaining({ most, retryAt: '2026-03-31T07:00:00.000Z' })]);
    const before = await written();
    await tick('2026-03-31T07:00:00.000Z');
    expect((await wish('k')).status).toBe(200);
    expect(await written()).toBe(before + 1);
  });

  it('leaves the cancellation, which is accepted by any attempt', async () => {
    const subscription = await account.subscribe();
    const path = `/subscriptions/${subscription.subscriptionId}`;
    const attempt = (): Promise<Answer> => account.post(`${path}/cancellation-attempts`, { reason: { code: 'unused' }, acknowledgedConsequences: true }, { as: 'customer' });
    const confirm = (attemptId: string): Promise<Answer> =>
      account.post(`${path}/cancellation-attempts/${attemptId}/confirm`, { acceptedDisclosures: consent, acknowledgedConsequences: true }, { as: 'customer' });
    const [first] = [(await attempt()).expect<Attempt>(201), (await attempt()).expect<Attempt>(201)];
    const { data } = (await account.all<RecordedEvent>('/events')).at(-1)!;
    await wished(...times(most - 2, (n) => CancellationAttempted(at, { ...(data as EventOf<typeof CancellationAttempted>['data']), attemptId: `other-${n}`, subscriptionId: 'of another plan' })));
    expect((await attempt()).told).toBe('429 too_many_requests');
    (await confirm(first.attemptId)).expect(200);
  });
});

describe('a PATCH that changes nothing', () => {
  it('is answered and not written, whatever it says of who the account is and where', async () => {
    const before = await written();
    const same = { name: 'Ann', email: 'ann@example.com', timeZone: 'America/Los_Angeles' };
    expect((await account.send('PATCH', '', { as: 'customer', body: same })).expect(200)).toMatchObject(same);
    expect(await written()).toBe(before);
    await account.send('PATCH', '', { as: 'customer', body: { ...same, email: 'bea@example.com' } });
    expect((await account.all<RecordedEvent>('/events')).slice(before)).toMatchObject([{ type: 'AccountChanged', data: { email: 'bea@example.com' } }]);
    expect((await account.all<RecordedEvent>('/events')).at(-1)!.data).not.toHaveProperty('name');
  });
});

describe('the timeline', () => {
  it('comes in pages of a thousand unless told, what is to come at its end', async () => {
    await account.subscribe();
    await wished(...purchases(at, 1_200));
    const first = await account.read<{ data: readonly TimelineEntry[]; next: string | null }>('/timeline');
    expect([first.data.length, typeof first.next]).toEqual([1_000, 'string']);
    const whole = await account.all<TimelineEntry>('/timeline');
    expect(whole.slice(0, 1_000)).toEqual(first.data);
    expect([whole.length > 1_200, whole.at(-1)!.status]).toEqual([true, 'planned']);
  });
});
