// One key, used at the same time by several: in one process and in two, for the same and for something else. One of them does it.
import { createHash } from 'node:crypto';
import type { Type } from '@nestjs/common';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Batches, CarrierHoldings, Memberships, WritePath } from '#application';
import { Clock, Deadlines } from '#deadlines';
import { Directory } from '#directory';
import { builtInPolicy, type MembershipEvent } from '#domain';
import { Effects, Notices } from '#effects';
import { EventStore } from '#event-store';
import { Refused } from '#kernel';
import { PurgeGuard, Purges } from '#purge';
import { ScheduledMessages } from '#scheduled-messages';
import { Idempotency, type AnswerSeal } from '../../apps/api/src/http/idempotency/idempotency.js';
import { RateLimits } from '../../apps/api/src/http/requests/rate-limits.js';
import { byPlatform, core, type Core } from '../money/core.js';
import { open, topUp } from '../stories/commands.js';

let made: Core;
beforeAll(async () => {
  made = await core();
});
afterAll(() => made.close());

const seal: AnswerSeal = { seal: async (texts) => texts.map(({ text }) => text), open: async (_, sealed) => sealed };

/** As a process of its own has them: states known, batches gathered and keys looked for apart from the others. */
function processOfItsOwn() {
  const get = <Part>(part: Type<Part>): Part => made.context.get(part);
  const store = get<EventStore<MembershipEvent>>(EventStore);
  const path = new WritePath(made.database, store, get(Deadlines), get(Clock), get(ScheduledMessages), get(Effects), get(Notices), get(CarrierHoldings), get(Directory), get(Purges), get(PurgeGuard), builtInPolicy);
  const memberships = new Memberships(made.database, path, new Batches(made.database, store, path));
  const idempotency = new Idempotency(made.database, seal, () => Promise.resolve(null), new RateLimits(0, 1));
  return async (key: string, accountId: string, amount: number): Promise<string> => {
    const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
    const request = { id: digest(key), fingerprint: digest(`${accountId} ${amount}`), fallsSilent: false, countedFor: null };
    const work = async () => {
      const { state } = await memberships.handle(accountId, topUp(amount, `${key}.${accountId}.${amount}`), byPlatform);
      return { answer: { status: 201, headers: {}, body: String(state.wallet.balance) }, accountId };
    };
    const refusal = ({ refusal: { refused } }: Refused) => ({ answer: { status: 409, headers: {}, body: refused }, accountId });
    try {
      return (await idempotency.once(request, work, refusal)).answer.body!;
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  };
}

const balance = async (accountId: string): Promise<number> => (await made.memberships.read(accountId)).state.wallet.balance;

it.each(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])('round %s: is told the one answer, or to come again, or that the key is used', async (round) => {
  const [first, second] = [processOfItsOwn(), processOfItsOwn()];
  const [one, other] = [`one-${round}`, `other-${round}`] as const;
  for (const accountId of [one, other]) await made.memberships.handle(accountId, open(), byPlatform);
  const ask = () => [first(round, one, 7), second(round, one, 7), first(round, one, 7), second(round, other, 5), first(round, other, 5), second(round, one, 3)];
  const told = await Promise.all(ask());
  const [here, there] = [await balance(one), await balance(other)];
  expect([[7, 0], [0, 5], [3, 0]]).toContainEqual([here, there]);
  const [sum] = [here, there].filter((amount) => amount > 0);
  for (const answer of told) expect([String(sum), 'request_in_progress', 'idempotency_key_reused']).toContain(answer);

  const again = await Promise.all(ask());
  const right = sum === 7 ? [0, 1, 2] : sum === 5 ? [3, 4] : [5];
  expect(again).toEqual(again.map((_, index) => (right.includes(index) ? String(sum) : 'idempotency_key_reused')));
  expect([await balance(one), await balance(other)]).toEqual([here, there]);
});
