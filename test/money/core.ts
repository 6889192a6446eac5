// The whole core on a database of its own, without HTTP: what an account is asked and when is moved by hand.
import { CommandBus } from '@nestjs/cqrs';
import { Ledgers, Previews, type Account } from '#application';
import { TestClocks } from '#deadlines';
import type { Command } from '#domain';
import { Refused, type Instant, type Metadata } from '#kernel';
import { ScheduledMessages } from '#scheduled-messages';
import { byCustomer, core as workersCore, type Core as WorkersCore } from '../../apps/worker/test/core.js';
import { ofItsOwn, open } from '../stories/commands.js';

export const byPlatform: Metadata = { actor: { role: 'service', id: 'platform' }, channel: 'api', correlationId: 'c', causationId: 'r' };
export const byWorker: Metadata = { actor: { role: 'system', id: 'worker' }, channel: 'worker', correlationId: 'c', causationId: 'r' };

export interface Core extends WorkersCore {
  readonly commands: CommandBus;
  readonly messages: ScheduledMessages;
  readonly ledgers: Ledgers;
  readonly previews: Previews;
  /** An account that has lived by a clock of its own since `now`. */
  account(accountId: string, now: Instant, opening?: Command): Promise<OneAccount>;
}

export async function core(): Promise<Core> {
  const made = await workersCore();
  const { context, memberships, database } = made;
  return {
    ...made,
    commands: context.get(CommandBus),
    messages: context.get(ScheduledMessages),
    ledgers: context.get(Ledgers),
    previews: context.get(Previews),
    async account(accountId, now, opening = open()) {
      const { testClockId } = await context.get(TestClocks).create(now);
      await memberships.handle(accountId, { ...opening, testClockId } as Command, byPlatform);
      const account: OneAccount = {
        accountId,
        tick: async (to) => {
          await database.query('UPDATE sunset.test_clocks SET now = $2 WHERE test_clock_id = $1', [testClockId, to]);
        },
        bringUpToDate: () => memberships.bringUpToDate(accountId, byWorker),
        ask: (...asked) => asked.reduce<Promise<Account>>(async (before, command) => before.then(() => memberships.handle(accountId, ofItsOwn(accountId, command), byCustomer)), memberships.read(accountId)),
      };
      return account;
    },
  };
}

export interface OneAccount {
  readonly accountId: string;
  /** Lets time pass; nothing else happens. */
  tick(to: Instant): Promise<void>;
  /** What a worker does. */
  bringUpToDate(): Promise<Account>;
  ask(...commands: readonly Command[]): Promise<Account>;
}

/** What was answered instead: the code and what it told. */
export async function refusal(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
  return 'accepted';
}
