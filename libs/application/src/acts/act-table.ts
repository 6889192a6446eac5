// What operators can do to many at once: a row for each act on a list, with the command that it is for one entry. There is no other way to do it.
import type { ActFilter, ActList, ActName, RecordedAct, Target } from '#acts';
import type { Instant, Metadata } from '#kernel';
import type { EffectKind } from '#effects';
import type { RefusableCommand } from '../commands.js';
import { ConfirmClock } from '../clock/commands.js';
import { PauseEffects, ResumeEffects, RetryEffect, SettleEffectElsewhere } from '../effects/commands.js';
import { RetryDeadline } from '../operators/retry-deadline.js';
import { LiftLegalHold, RetryPurge } from '../retention/commands.js';
import { PlaceLegalHold } from '../retention/place-legal-hold.js';
import { ChangeWebhookEndpoint } from '../webhooks/commands.js';

export interface Doing {
  readonly reason: string;
  readonly metadata: Metadata;
  readonly filter: ActFilter;
  /** When somebody has to look again at what is held. */
  readonly reviewAt: Instant;
}

export interface ActRow {
  /** The only ones that it is done to. */
  readonly statuses: readonly string[];
  /** The only kinds, where not all. */
  readonly kinds?: readonly string[];
  /** Done once for all that the filter means, also what comes later, and not to each entry. */
  readonly whole?: true;
  /** What may be asked for, where not all that the list can be asked for. */
  readonly asksFor?: readonly (keyof ActFilter)[];
  readonly command: (target: Target, doing: Doing) => RefusableCommand;
  /** The name in the command's answer of what was made, which undoes it. */
  readonly makes?: string;
  /** What takes it back: another act, on what was made or changed. */
  readonly undo?: { readonly act: ActName; readonly list: ActList };
}

export const actTable: Readonly<Record<ActList, Readonly<Partial<Record<ActName, ActRow>>>>> = {
  deadlines: {
    retry: { statuses: ['dead', 'blocked'], command: ({ id }, { reason, metadata }) => new RetryDeadline(id, metadata, reason) },
    // A hold stops the purge, and only the purge (R35).
    hold: {
      statuses: ['pending', 'dead'], kinds: ['purge-data'], makes: 'holdId', undo: { act: 'let-go', list: 'legal-holds' },
      command: ({ accountId }, { reason, metadata, reviewAt }) => new PlaceLegalHold(accountId!, metadata, reason, reviewAt),
    },
  },
  effects: {
    retry: { statuses: ['dead', 'blocked'], command: ({ id }, { reason, metadata }) => new RetryEffect(id, metadata, reason) },
    settle: { statuses: ['dead', 'blocked', 'waiting', 'held', 'pending'], command: ({ id }, { reason, metadata }) => new SettleEffectElsewhere(id, metadata, reason) },
    pause: {
      statuses: [], whole: true, asksFor: ['kind', 'carrier'], makes: 'pauseId', undo: { act: 'let-go', list: 'pauses' },
      command: (_, { filter: { kind, carrier }, reason, metadata }) => new PauseEffects({ ...(kind && { kind: kind as EffectKind }), ...(carrier && { carrier }) }, metadata, reason),
    },
  },
  pauses: { 'let-go': { statuses: ['in-force'], command: ({ id }, { reason, metadata }) => new ResumeEffects(id, metadata, reason) } },
  purges: {
    retry: { statuses: ['failed'], command: ({ id }, { metadata }) => new RetryPurge(id, metadata, null) },
    settle: { statuses: ['failed'], kinds: ['verification'], command: ({ id }, { reason, metadata }) => new RetryPurge(id, metadata, reason) },
  },
  'webhook-endpoints': {
    retry: { statuses: ['failing', 'disabled'], command: ({ id }, { metadata }) => new ChangeWebhookEndpoint(id, { status: 'enabled' }, metadata) },
    pause: { statuses: ['enabled', 'failing'], undo: { act: 'retry', list: 'webhook-endpoints' }, command: ({ id }, { metadata }) => new ChangeWebhookEndpoint(id, { status: 'disabled' }, metadata) },
  },
  'legal-holds': { 'let-go': { statuses: ['review-due', 'standing'], command: ({ id, accountId }, { metadata }) => new LiftLegalHold(accountId!, metadata, id) } },
  'clock-stops': { 'let-go': { statuses: ['open'], command: ({ id }, { reason, metadata }) => new ConfirmClock(id, metadata, reason) } },
};

/** What takes an act back; `null`: nothing does, or nothing was changed. */
export function undoOf({ act, actId, filter, changed }: RecordedAct): { readonly act: ActName; readonly filter: ActFilter } | null {
  const undo = actTable[filter.list][act]?.undo;
  return undo && changed > 0 ? { act: undo.act, filter: { list: undo.list, actId } } : null;
}
