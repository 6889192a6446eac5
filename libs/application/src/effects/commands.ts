// What an effect has come to, told to its account; and what operators do about effects: attempt again, declare settled, pause, go on.
import type { Metadata } from '#kernel';
import type { CommandOf } from '#domain';
import { type Effect, type EffectKind, OperatorActs, type Pause, Pauses } from '#effects';
import { AccountCommand, decides, handles, RefusableCommand } from '../commands.js';
import { redactedBy } from '../operators/redacted.js';

type ToldType =
  | 'SettleNumberRelease' | 'BlockNumberRelease' | 'AbandonNumberRelease' | 'RetryNumberRelease'
  | 'SettleDeregistration' | 'BlockDeregistration' | 'RetryDeregistration'
  | 'TellOfNotice' | 'BlockNotice' | 'RetryNotice';

export type Told = CommandOf<ToldType>;

export class TellOfEffect extends AccountCommand<ToldType> {
  constructor(accountId: string, metadata: Metadata, readonly told: Told) {
    super(accountId, metadata);
  }
}

/** Answers `null` where there is no such effect. */
export class RetryEffect extends RefusableCommand<Effect | null, 'effect_not_retryable'> {
  constructor(readonly effectId: string, readonly metadata: Metadata, readonly reason: string) {
    super();
  }
}

/** Answers `null` where there is no such effect. */
export class SettleEffectElsewhere extends RefusableCommand<Effect | null, 'effect_not_settleable' | 'second_person_needed'> {
  constructor(readonly effectId: string, readonly metadata: Metadata, readonly reason: string) {
    super();
  }
}

/** Every kind and every carrier that `scope` does not name. */
export class PauseEffects extends RefusableCommand<Pause, never> {
  constructor(readonly scope: { readonly kind?: EffectKind; readonly carrier?: string }, readonly metadata: Metadata, readonly reason: string) {
    super();
  }
}

/** Answers `null` where there is no such pause. */
export class ResumeEffects extends RefusableCommand<Pause | null, 'pause_ended' | 'second_person_needed'> {
  constructor(readonly pauseId: string, readonly metadata: Metadata, readonly reason: string) {
    super();
  }
}

/** Takes out of a pause what operators wrote. Answers `null` where there is no such pause. */
export class RedactPause extends RefusableCommand<Pause | null, 'nothing_to_redact'> {
  constructor(readonly pauseId: string, readonly metadata: Metadata) {
    super();
  }
}

export const TellOfEffectHandler = decides(TellOfEffect, ({ told }) => told);
export const RetryEffectHandler = handles(RetryEffect, [OperatorActs], ({ effectId, reason, metadata }, acts) => acts.retry(effectId, reason, metadata));
export const SettleEffectElsewhereHandler = handles(SettleEffectElsewhere, [OperatorActs], ({ effectId, reason, metadata }, acts) => acts.settleElsewhere(effectId, reason, metadata));
export const PauseEffectsHandler = handles(PauseEffects, [Pauses], ({ scope, reason, metadata }, pauses) => pauses.pause(scope, reason, metadata.actor));
export const ResumeEffectsHandler = handles(ResumeEffects, [Pauses], ({ pauseId, reason, metadata }, pauses) => pauses.resume(pauseId, reason, metadata.actor));
export const RedactPauseHandler = handles(RedactPause, [Pauses], ({ pauseId, metadata }, pauses) => pauses.redact(pauseId, redactedBy(metadata)));
