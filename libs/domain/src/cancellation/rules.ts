// The way out, in two steps or one call, and the way back in before the period ends.
import { notFound, plusMs, refuse, type Instant, type Refusal } from '#kernel';
import { termsOf } from '../account/state.js';
import type { Unsent } from '../facts.js';
import type { PolicyInForce, ReasonCode } from '../policy-in-force.js';
import { badInput } from '../refusals.js';
import type { Foresight, Rules } from '../subject.js';
import { ofOpenSubscription, type OpenSubscription, type PendingCancellation } from '../subscriptions/subscription.js';
import type { CancellationCommands, Reason } from './commands.js';
import { checkDisclosures, type AcceptedDisclosure } from './disclosures.js';
import { CancellationAttempted, CancellationRequested, nothingTold, SubscriptionResumed, type CancellationEvent, type Consent } from './events.js';
import { commentLengthMax, reasonCodeOf } from './reasons.js';
import type { KnownToCancellation } from './state.js';

/** How long an attempt can be confirmed, in milliseconds of the account's time. */
const attemptLivesMs = 3_600_000;

const alreadyPending = ({ subscriptionId }: OpenSubscription, { requestedAt, effectiveAt, reason }: PendingCancellation): Refusal<'cancellation_already_pending'> =>
  refuse('cancellation_already_pending', {
    subscriptionId,
    cancellation: { requestedAt, effectiveAt, reason: reason && { code: reason } },
  });

const notAcknowledged = refuse('acknowledgement_missing', {
  errors: [{ pointer: '/acknowledgedConsequences', message: 'must be true' }],
});

function checkReason(policy: PolicyInForce, reason: Reason | undefined): Refusal<'invalid_request' | 'reason_unknown'> | ReasonCode {
  if (!reason) return badInput('/reason', 'is required');
  const code = reasonCodeOf(policy, reason.code);
  if (code === undefined) {
    return refuse('reason_unknown', { errors: [{ pointer: '/reason/code', message: 'is not in the published list' }] });
  }
  if ([...(reason.comment ?? '')].length > commentLengthMax) {
    return badInput('/reason/comment', `must not be longer than ${commentLengthMax} characters`);
  }
  return code;
}

/** Whatever is wrong first, all that is still to be accepted is named with it, in its current version (R7). */
function checkConsent({ disclosures }: PolicyInForce, accepted: readonly AcceptedDisclosure[], acknowledged: boolean | undefined): Refusal<'acknowledgement_missing' | 'disclosures_stale' | 'disclosures_missing'> | null {
  if (acknowledged !== true) return notAcknowledged;
  const { missing, stale, renewed } = checkDisclosures(accepted, disclosures);
  const toAccept = [...renewed, ...missing];
  if (stale.length > 0) return refuse('disclosures_stale', { disclosures: stale, toAccept });
  if (missing.length > 0) return refuse('disclosures_missing', { disclosures: missing, toAccept });
  return null;
}

interface Request {
  readonly attemptId: string | null;
  readonly reason: ReasonCode | null;
  readonly comment: string | null;
  readonly consent: Consent;
}

function request(state: KnownToCancellation, { subscriptionId, term, period }: OpenSubscription, asked: Request, unsent: Unsent, now: Instant, { policy, toldBy, promisedBy }: Foresight): readonly CancellationEvent[] {
  const requested = CancellationRequested(now, {
    subscriptionId,
    planId: term.planId,
    effectiveAt: period.end,
    policy: policy.periods,
    timeZone: termsOf(state).timeZone,
    told: nothingTold,
    promised: null,
    ...asked,
  });
  const telling = { ...requested, data: { ...requested.data, told: toldBy(requested) } };
  return [{ ...telling, data: { ...telling.data, promised: promisedBy(telling, unsent) } }];
}

export const cancellationRules = {
  AttemptCancellation: ofOpenSubscription((_, subscription, command, now, { policy }) => {
    if (subscription.cancellation) return alreadyPending(subscription, subscription.cancellation);
    if (command.acknowledgedConsequences !== true) return notAcknowledged;
    const reason = checkReason(policy, command.reason);
    if (typeof reason !== 'string') return reason;
    if (command.previewHash !== undefined && command.previewHash !== command.currentPreviewHash) return refuse('preview_stale');
    return [
      CancellationAttempted(now, {
        attemptId: command.attemptId,
        subscriptionId: command.subscriptionId,
        reason,
        comment: command.reason?.comment ?? null,
        language: command.language,
        previewHash: command.currentPreviewHash,
        expiresAt: plusMs(now, attemptLivesMs),
      }),
    ];
  }),

  ConfirmCancellation: ofOpenSubscription((state, subscription, { subscriptionId, attemptId, former, comment, acceptedDisclosures, acknowledgedConsequences, textHash, unsent }, now, foresight) => {
    if (subscription.cancellation?.attemptId === attemptId) return [];
    const attempt = state.attempts.find((one) => one.attemptId === attemptId && one.subscriptionId === subscriptionId);
    const expiresAt = attempt?.expiresAt ?? former?.expiresAt;
    if (expiresAt === undefined) return notFound('cancellation attempt');
    if (subscription.cancellation) return alreadyPending(subscription, subscription.cancellation);
    if (former?.used) return refuse('attempt_used');
    if (now >= expiresAt) return refuse('attempt_expired', { expiresAt });
    // It has left the state before its hour was over: the period that was shown has ended.
    if (!attempt) return refuse('preview_stale');
    // What was shown was another policy's dates and words: confirming cannot mean those of this one.
    if (former && former.shownUnder !== foresight.policy.version) return refuse('preview_stale');
    const lacking = checkConsent(foresight.policy, acceptedDisclosures, acknowledgedConsequences);
    if (lacking) return lacking;
    const consent = { disclosures: acceptedDisclosures, textHash, language: attempt.language, acknowledgedConsequences: true };
    return request(state, subscription, { attemptId, reason: attempt.reason, comment, consent }, unsent, now, foresight);
  }),

  RequestCancellation: ofOpenSubscription((state, subscription, { reason, acceptedDisclosures, acknowledgedConsequences, language, textHash, unsent }, now, foresight) => {
    if (subscription.cancellation) return alreadyPending(subscription, subscription.cancellation);
    const comment = reason?.comment ?? null;
    if (termsOf(state).cancellationMode === 'one-step') {
      const code = reason === undefined ? null : checkReason(foresight.policy, reason);
      if (code !== null && typeof code !== 'string') return code;
      const { stale, renewed } = checkDisclosures(acceptedDisclosures, foresight.policy.disclosures);
      if (stale.length > 0) return refuse('disclosures_stale', { disclosures: stale, toAccept: renewed });
      const consent = { disclosures: acceptedDisclosures, textHash, language, acknowledgedConsequences: acknowledgedConsequences === true };
      return request(state, subscription, { attemptId: null, reason: code, comment, consent }, unsent, now, foresight);
    }
    const code = checkReason(foresight.policy, reason);
    if (typeof code !== 'string') return code;
    const lacking = checkConsent(foresight.policy, acceptedDisclosures, acknowledgedConsequences);
    if (lacking) return lacking;
    const consent = { disclosures: acceptedDisclosures, textHash, language, acknowledgedConsequences: true };
    return request(state, subscription, { attemptId: null, reason: code, comment, consent }, unsent, now, foresight);
  }),

  ResumeSubscription: ofOpenSubscription((_, { subscriptionId, period, cancellation, term }, _command, now) => {
    if (now >= period.end) return refuse('subscription_ended', { endedAt: period.end });
    if (!cancellation) return refuse('cancellation_not_pending');
    return [SubscriptionResumed(now, { subscriptionId, planId: term.planId })];
  }),
} satisfies Rules<KnownToCancellation, CancellationCommands, CancellationEvent>;
