// What stands between a worker and a request that cannot be taken back: its lease, the pauses and the account's right, all looked at once more.
import { isDeepStrictEqual } from 'node:util';
import type { Attempt, Permit } from '#carriers';
import { byAccount } from './by-account.js';
import type { EffectCommands } from './commands.js';
import type { PutBack } from './conclusions.js';
import type { ClaimedEffect, EffectTarget } from './effect.js';
import type { Leases } from './leases.js';

export interface Resolved {
  readonly effect: ClaimedEffect;
  readonly target: EffectTarget;
}

/** Why nothing was asked for: a pause holds it, this process stops, the account no longer wants it, another has it by now, or that could not be found out. */
export type Denial = PutBack | 'unwanted' | 'lost' | Error;

/** For one call of the carrier. */
export class CallPermit implements Permit {
  private readonly effects = new Map<string, Resolved>();
  private readonly denied = new Map<ClaimedEffect, Denial>();
  private readonly granted = new Set<ClaimedEffect>();

  constructor(
    private readonly commands: EffectCommands,
    private readonly leases: Leases,
    private readonly stopping: AbortSignal,
    resolved: readonly Resolved[],
  ) {
    for (const one of resolved) this.effects.set(one.effect.idempotencyKey, one);
  }

  leftMs(): number {
    return this.leases.leftMs([...this.effects.values()].map(({ effect }) => effect));
  }

  /** The lease is looked at last: who falls asleep over the accounts is noticed. */
  async stillWanted<R extends Attempt>(requests: readonly R[]): Promise<readonly R[]> {
    const asked = requests.map(({ idempotencyKey }) => this.effects.get(idempotencyKey)!);
    await byAccount(asked, ({ effect }) => effect, async ({ effect, target }) => {
      const denial = await this.denialOf(effect, target);
      if (denial) this.denied.set(effect, denial);
    });
    if (this.stopping.aborted) for (const { effect } of asked) this.denied.set(effect, this.denied.get(effect) ?? 'stopping');
    const left = asked.map(({ effect }) => effect).filter((effect) => !this.denied.has(effect));
    const confirmed = await this.leases.confirm(left);
    for (const effect of left) {
      const standing = confirmed.get(effect.effectId) ?? 'lost';
      if (standing !== 'ours') this.denied.set(effect, standing);
    }
    for (const { effect } of asked) if (!this.denied.has(effect)) this.granted.add(effect);
    return requests.filter((_, index) => !this.denied.has(asked[index]!.effect));
  }

  /** Of an effect for which something was asked before in this call, the carrier's report says more. */
  denial(effect: ClaimedEffect): Denial | undefined {
    const denial = this.denied.get(effect);
    return denial === 'lost' || !this.granted.has(effect) ? denial : undefined;
  }

  private async denialOf(effect: ClaimedEffect, target: EffectTarget): Promise<Denial | undefined> {
    try {
      const now = await this.commands.resolve(effect);
      if (now === null) return 'unwanted';
      return isDeepStrictEqual(now, target) ? undefined : new Error('whom it is about has changed since it was taken up');
    } catch (error) {
      return error instanceof Error ? error : new Error('an account threw what is not an error');
    }
  }
}
