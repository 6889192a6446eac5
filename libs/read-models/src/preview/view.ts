// What a customer is shown before cancelling: reasons, disclosures, and the dated consequences for this account (R3).
import { createHash } from 'node:crypto';
import { money, type Instant, type Money } from '#kernel';
import {
  acceptedOf, asIfCancelled, disclosuresIn, disclosuresText, feesToCome, foretell, ifYouReturn, lossesToCome, lossOf, reasonsIn, termsOf,
  type AcceptedDisclosure, type Belonging, type DeadlineKind, type Disclosure, type Language, type Membership, type PolicyInForce, type Saying, type Subscription, type Unsent,
} from '#domain';

interface Fee {
  readonly at: Instant;
  readonly count: number;
  readonly amount: Money;
}

export interface PreviewView {
  readonly subscriptionId: string;
  readonly planId: string;
  readonly planName: string;
  /** In which it is shown. */
  readonly locale: Language;
  readonly effectiveAt: Instant;
  readonly reasons: readonly { readonly code: string; readonly label: string }[];
  readonly disclosures: readonly Disclosure[];
  readonly consequences: readonly { readonly kind: DeadlineKind; readonly at: Instant; readonly detail: string }[];
  readonly credits: {
    readonly total: Money;
    readonly sms: { readonly count: number; readonly amount: Money };
    readonly rvm: { readonly count: number; readonly amount: Money };
  };
  readonly numberFees: {
    readonly next: Fee | null;
    readonly upcoming: readonly Fee[];
    readonly avoidableUntil: Instant | null;
    /** What the wallet as it stands cannot pay of them all, and from which one on; `null`: it is enough. */
    readonly shortfall: { readonly at: Instant; readonly amount: Money } | null;
  };
  /** Stages of a return; `until` is `null` for what holds for good. */
  readonly ifYouReturn: readonly { readonly until: Instant | null; readonly kept: readonly Belonging[]; readonly lost: readonly Belonging[] }[];
  /** Of everything above: an attempt is bound to it. */
  readonly hash: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** SHA-256 of the text of what was accepted, in the language in which it was shown, and of nothing that was not: kept as evidence (R7). `null`: nothing was. */
export function acceptedTextHash(policy: PolicyInForce, accepted: readonly AcceptedDisclosure[], language: Language): string | null {
  const shown = acceptedOf(accepted, disclosuresIn(policy, language));
  return shown.length === 0 ? null : sha256(disclosuresText(shown));
}

/** `unsent`: the scheduled messages of this plan at or after its end. */
export function previewView(state: Membership, subscription: Subscription, unsent: Unsent, now: Instant, policy: PolicyInForce, say: Saying): PreviewView {
  const { subscriptionId, term, period } = subscription;
  const cancelled = asIfCancelled(state, subscription, now, policy);
  const { currency } = termsOf(state);
  const shown = {
    subscriptionId,
    planId: term.planId,
    planName: say.plan(term.planId),
    locale: say.language,
    effectiveAt: period.end,
    reasons: reasonsIn(policy, say.language),
    disclosures: disclosuresIn(policy, say.language),
    consequences: consequences(cancelled, subscription, say),
    credits: credits(unsent, currency),
    numberFees: numberFees(cancelled, period.end),
    ifYouReturn: stages(cancelled),
  };
  return { ...shown, hash: sha256(JSON.stringify(shown)) };
}

function consequences(cancelled: Membership, { subscriptionId, period }: Subscription, say: Saying): PreviewView['consequences'] {
  const ends = { kind: 'period-end' as const, at: period.end, detail: foretell(cancelled, 'period-end', subscriptionId, say) };
  return [ends, ...lossesToCome(cancelled).map(({ kind, at }) => ({ kind, at, detail: foretell(cancelled, kind, '', say) }))];
}

const credits = ({ sms, rvm }: Unsent, currency: string): PreviewView['credits'] => ({
  total: money(sms.amount + rvm.amount, currency),
  sms: { count: sms.count, amount: money(sms.amount, currency) },
  rvm: { count: rvm.count, amount: money(rvm.amount, currency) },
});

function numberFees(cancelled: Membership, end: Instant): PreviewView['numberFees'] {
  const { currency } = termsOf(cancelled).numberFee;
  const fees = feesToCome(cancelled, end);
  const upcoming = fees.map(({ at, count, due }) => ({ at, count, amount: money(due, currency) }));
  const next = upcoming[0] ?? null;
  const short = fees.filter((one) => one.short > 0);
  const shortfall = short[0] ? { at: short[0].at, amount: money(short.reduce((sum, one) => sum + one.short, 0), currency) } : null;
  return { next, upcoming, avoidableUntil: next && next.at, shortfall };
}

function stages(cancelled: Membership): PreviewView['ifYouReturn'] {
  let { kept, lost } = ifYouReturn(cancelled);
  const found = lossesToCome(cancelled).map(({ kind, at: until }) => {
    const stage = { until, kept, lost };
    const { takes: taken } = lossOf(kind);
    kept = kept.filter((one) => !taken.includes(one));
    lost = [...lost, ...taken];
    return stage;
  });
  return [...found, { until: null, kept, lost }];
}
