// What the auditor found missing is armed again as it was to be armed in the first place: by the account's own word, and by the intents of its own events.
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Rearming } from '#audit';
import { Deadlines } from '#deadlines';
import { Effects } from '#effects';
import type { Metadata } from '#kernel';
import { intentsOf } from '../effects/intents.js';
import { Memberships } from '../memberships.js';

@Injectable()
export class RearmedAccounts implements Rearming {
  constructor(
    private readonly memberships: Memberships,
    private readonly deadlines: Deadlines,
    private readonly effects: Effects,
  ) {}

  sayAgain(accountId: string): Promise<void> {
    return this.memberships.sayAgain(accountId, byAuditor());
  }

  /** Of a number that is not being released any more nothing is asked. */
  askAgain(accountId: string, numberIds: readonly string[]): Promise<void> {
    return this.memberships.alongside(accountId, async ({ state, events }) => {
      const started = await events({ types: ['NumberReleaseStarted'] });
      const missing = intentsOf(started, state).filter(({ subject }) => numberIds.includes(subject));
      await this.effects.put(accountId, state.terms?.testClockId ?? null, missing);
    });
  }

  feedAgain(deadlines: Parameters<Rearming['feedAgain']>[0]): Promise<void> {
    return this.deadlines.feedAgain(deadlines);
  }
}

const byAuditor = (): Metadata => {
  const correlationId = randomUUID();
  return { actor: { role: 'system', id: 'audit' }, channel: 'worker', correlationId, causationId: correlationId };
};
