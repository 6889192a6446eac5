// One call: whom it is about is looked up, the far side is asked outside any transaction, and each effect is concluded for itself.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { isWrittenByNewerRelease } from '#deadlines';
import type { Permit } from '#carriers';
import { TimeLimitExceeded, within } from '#running';
import { beginSpan, type Span, spanned } from '#tracing';
import type { Report } from './ask.js';
import { byAccount } from './by-account.js';
import type { EffectCommands } from './commands.js';
import type { Conclusions } from './conclusions.js';
import type { ClaimedEffect, EffectTarget, Withheld } from './effect.js';
import type { Lane } from './lanes.js';
import type { Leases } from './leases.js';
import { CallPermit, type Denial, type Resolved } from './permits.js';

export class Attempts {
  private nextCallAt = 0;

  /** `callLimitMs`: how long the lane's far side is listened to; what it says later is found out by reading. */
  constructor(
    private readonly lane: Lane,
    private readonly commands: EffectCommands,
    private readonly conclusions: Conclusions,
    private readonly leases: Leases,
    private readonly callLimitMs: number,
  ) {}

  /** All of one kind. Once `stopping` is aborted no carrier is asked any more: what was taken up is put back. Never throws. */
  async attempt(effects: readonly ClaimedEffect[], stopping: AbortSignal): Promise<void> {
    const spans = new Map(effects.map((effect) => [effect, beginAttempt(effect)]));
    await this.attemptWithin(effects, spans, stopping);
    for (const span of spans.values()) span.end();
  }

  private async attemptWithin(effects: readonly ClaimedEffect[], spans: ReadonlyMap<ClaimedEffect, Span>, stopping: AbortSignal): Promise<void> {
    const resolved: Resolved[] = [];
    await byAccount(effects, (effect) => effect, async (effect) => {
      const target = await spans.get(effect)!.around(() => this.resolve(effect));
      if (target) resolved.push({ effect, target });
    });
    if (resolved.length === 0) return;
    await this.keepPace(stopping);
    const permit = new CallPermit(this.commands, this.leases, stopping, resolved);
    const words = () => ({ kind: 'client', from: resolved.map(({ effect }) => spans.get(effect)!.traceparent), attributes: { carrier: this.lane.carrier.name, 'batch.size': resolved.length } }) as const;
    const reports = stopping.aborted ? null : await spanned(`ask ${this.lane.carrier.name}`, words, () => this.ask(resolved, permit));
    await byAccount(resolved, ({ effect }) => effect, async ({ effect }) => {
      const report = reports ? (permit.denial(effect) ?? reports.get(effect)) : 'stopping';
      this.leases.release(effect);
      const span = spans.get(effect)!;
      span.tell({ 'effect.outcome': outcomeOf(report) });
      await span.around(() => this.conclude(effect, report));
    });
  }

  private async conclude(effect: ClaimedEffect, report: Denial | Report | undefined): Promise<void> {
    if (report instanceof Error) await this.fail(effect, report);
    else if (report === undefined) await this.conclusions.concludeRefused(effect, 'not-offered');
    else if (report === 'unwanted') await this.conclusions.concludeUnwanted(effect);
    else if (report === 'held' || report === 'stopping') await this.conclusions.putBack(effect, report);
    else if (report === 'lost') this.conclusions.tellLost(effect);
    else await this.conclusions.conclude(effect, report);
  }

  /** The time was booked when the effects were taken up; what has been held up since does not catch up in a burst. */
  private async keepPace(stopping: AbortSignal): Promise<void> {
    const at = Math.max(performance.now(), this.nextCallAt);
    this.nextCallAt = at + this.lane.intervalMs;
    const earlyMs = at - performance.now();
    if (earlyMs > 0) await sleep(earlyMs, undefined, { signal: stopping }).catch(() => undefined);
  }

  private async resolve(effect: ClaimedEffect): Promise<EffectTarget | null> {
    let target: EffectTarget | Withheld | null;
    try {
      target = await this.commands.resolve(effect);
      if (target && target.kind !== 'withheld' && target.kind !== effect.kind) throw new TypeError(`a ${effect.kind} was resolved to a ${target.kind}`);
    } catch (error) {
      this.leases.release(effect);
      await this.fail(effect, error);
      return null;
    }
    if (target && target.kind !== 'withheld') return target;
    this.leases.release(effect);
    if (target) await this.conclusions.concludeRefused(effect, target.reason);
    else await this.conclusions.concludeUnwanted(effect);
    return null;
  }

  /** Of the service itself. What a newer release has written to is for its processes: nobody was asked. */
  private fail(effect: ClaimedEffect, error: unknown): Promise<void> {
    return isWrittenByNewerRelease(error) ? this.conclusions.giveBack(effect, error) : this.conclusions.postpone(effect, error);
  }

  /** No report: the carrier does not offer that. */
  private async ask(resolved: readonly Resolved[], permit: Permit): Promise<ReadonlyMap<ClaimedEffect, Report | Error | undefined>> {
    try {
      const reports = await within(this.callLimitMs, `asking ${this.lane.carrier.name}`, this.lane.ask(resolved, permit));
      return new Map(resolved.map(({ effect }, index) => [effect, reports[index]]));
    } catch (error) {
      const late = error instanceof TimeLimitExceeded;
      return new Map(resolved.map(({ effect }) => [effect, late ? unanswered(effect, this.callLimitMs) : asError(error)]));
    }
  }
}

/** Nobody knows whether it was carried out; the next attempt reads before it asks. */
const unanswered = ({ order }: ClaimedEffect, latencyMs: number): Report => ({
  outcome: 'retry-later', afterMs: null, reason: 'timeout', httpStatus: null, latencyMs, providerCode: null, order,
});

const beginAttempt = ({ kind, effectId, attempt, carrier, traceparent }: ClaimedEffect): Span =>
  beginSpan(`attempt ${kind}`, () => ({ kind: 'consumer', from: [traceparent], attributes: { 'effect.id': effectId, 'effect.kind': kind, 'effect.attempt': attempt, carrier: carrier } }));

function outcomeOf(report: Denial | Report | Error | undefined): string {
  if (report === undefined) return 'not-offered';
  if (report instanceof Error) return 'unavailable';
  return typeof report === 'string' ? report : report.outcome;
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error('a carrier threw what is not an error'));
