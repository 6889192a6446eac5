// The account's side of effects: what an attempt is about, and what became of it.
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Refused, type Metadata } from '#kernel';
import type { Conclusion, Effect, EffectCommands, EffectTarget, Withheld } from '#effects';
import { Memberships } from '../memberships.js';
import { CarrierHoldings } from './carrier-holdings.js';
import { TellOfEffect, type Told } from './commands.js';
import { targetOf } from './targets.js';

@Injectable()
export class AccountEffects implements EffectCommands {
  constructor(
    private readonly commands: CommandBus,
    private readonly memberships: Memberships,
    private readonly holdings: CarrierHoldings,
  ) {}

  async resolve(effect: Effect): Promise<EffectTarget | Withheld | null> {
    const { state, events } = await this.memberships.read(effect.accountId, { evenPurged: true });
    const target = targetOf(effect, state, await events());
    return target && this.holdings.permit(target, effect.subject, state);
  }

  async conclude(effect: Effect, { outcome, reason }: Conclusion, metadata: Metadata): Promise<void> {
    const stands = outcome === 'blocked' || outcome === 'refused';
    await this.tell(effect, stands ? blocked(effect, reason ?? outcome) : settled(effect, outcome, reason), metadata);
  }

  /** Who removed a number is told; whose campaign goes on with somebody else has nothing to hear. */
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

const partOf = ({ kind }: Effect): 'campaign' | 'brand' => (kind === 'delete-brand' ? 'brand' : 'campaign');

const settled = (effect: Effect, outcome: 'released' | 'already-gone' | 'settled-elsewhere', reason: string | null): Told =>
  effect.kind === 'release-number'
    ? { type: 'SettleNumberRelease', numberId: effect.subject, outcome, reason }
    : { type: 'SettleDeregistration', registrationId: effect.subject, part: partOf(effect), outcome, reason };

const blocked = (effect: Effect, reason: string): Told =>
  effect.kind === 'release-number'
    ? { type: 'BlockNumberRelease', numberId: effect.subject, reason }
    : { type: 'BlockDeregistration', registrationId: effect.subject, part: partOf(effect), reason };

const retried = (effect: Effect, reason: string): Told =>
  effect.kind === 'release-number'
    ? { type: 'RetryNumberRelease', numberId: effect.subject, reason }
    : { type: 'RetryDeregistration', registrationId: effect.subject, part: partOf(effect), reason };
