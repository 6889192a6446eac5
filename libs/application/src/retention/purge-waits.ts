// What an early erasure waits for before it deletes: carriers that have not answered, whatever keeps them from it.
import { Injectable } from '@nestjs/common';
import { type Instant } from '#kernel';
import { EffectQueries, type EffectsUnderWay } from '#effects';
import type { RecordedPurge } from '#purge';

export interface WaitingFor {
  readonly effects: readonly Omit<EffectsUnderWay, 'accountId'>[];
  /** Until when it waits at most. */
  readonly until: Instant;
}

export type ShownPurge = Omit<RecordedPurge, 'waitsUntil'> & { readonly waitsFor: WaitingFor | null };

@Injectable()
export class PurgeWaits {
  constructor(private readonly effects: EffectQueries) {}

  async shown(purges: readonly RecordedPurge[]): Promise<readonly ShownPurge[]> {
    const underWay = await this.effects.underWay(purges.flatMap(({ accountId, waitsUntil }) => (waitsUntil === null ? [] : [accountId])));
    return purges.map(({ waitsUntil, ...purge }) => {
      const effects = underWay.flatMap(({ accountId, ...effect }) => (accountId === purge.accountId ? [effect] : []));
      return { ...purge, waitsFor: waitsUntil === null || effects.length === 0 ? null : { effects, until: waitsUntil } };
    });
  }
}
