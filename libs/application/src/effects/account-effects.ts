// The account's side of effects: what an attempt is about, and what became of it.
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { PolicyInForce } from '#domain';
import { Refused, type Metadata } from '#kernel';
import type { Conclusion, Effect, EffectCommands, EffectTarget, Withheld } from '#effects';
import { Memberships } from '../memberships.js';
import { POLICY } from '../policy/in-force.js';
import { CarrierHoldings } from './carrier-holdings.js';
import { TellOfEffect, type Told } from './commands.js';
import { PAGE_URL } from './mailing.js';
import { noticeTarget } from './notice-targets.js';
import { targetOf, toldBy } from './targets.js';
import { blocked, retried, settled } from './told.js';

@Injectable()
export class AccountEffects implements EffectCommands {
  constructor(
    private readonly commands: CommandBus,
    private readonly memberships: Memberships,
    private readonly holdings: CarrierHoldings,
    @Inject(PAGE_URL) private readonly pageUrl: string | null,
    @Inject(POLICY) private readonly policy: PolicyInForce,
  ) {}

  async resolve(effect: Effect): Promise<EffectTarget | Withheld | null> {
    const { state, events } = await this.memberships.read(effect.accountId, { evenPurged: true });
    const { kind, subject } = effect;
    if (kind === 'notify') return noticeTarget(effect, state, await events(), this.pageUrl, this.policy);
    const target = targetOf({ kind, subject }, state, await events({ types: [...toldBy], subjects: [subject] }));
    return target && this.holdings.permit(target, subject, state);
  }

  async conclude(effect: Effect, conclusion: Conclusion, metadata: Metadata): Promise<void> {
    const { outcome, reason } = conclusion;
    const stands = outcome === 'blocked' || outcome === 'refused';
    await this.tell(effect, stands ? blocked(effect, reason ?? outcome) : settled(effect, conclusion), metadata);
  }

  /** Who removed a number is told; whose campaign goes on with somebody else, or who has come back before he was told, has nothing to hear. */
  async abandon(effect: Effect, metadata: Metadata): Promise<void> {
    if (effect.kind === 'release-number') await this.tell(effect, { type: 'AbandonNumberRelease', numberId: effect.subject }, metadata);
  }

  async recordRetry(effect: Effect, reason: string, metadata: Metadata): Promise<void> {
    await this.tell(effect, retried(effect, reason), metadata);
  }

  /** To an account that was purged meanwhile there is nothing left to tell. */
  private async tell({ accountId }: Effect, told: Told, metadata: Metadata): Promise<void> {
    try {
      await this.commands.execute(new TellOfEffect(accountId, metadata, told));
    } catch (error) {
      if (!(error instanceof Refused) || error.refusal.refused !== 'account_purged') throw error;
    }
  }
}
