// A receipt beside a purge certificate: whether what happened is what was promised, date by date and amount by amount.
import { dayMs, later, money, plusMs, type Instant, type Money } from '#kernel';
import { inWords } from '#domain';
import type { PurgeCertificate } from './certificate.js';
import type { CameBack, ChargedFee, EndedPlan } from './carried-out.js';
import type { CancellationReceipt } from './receipt.js';

export interface Comparison {
  /** Lines, the last one ended. */
  readonly report: string;
  /** Whether everything happened as promised; also where the customer took the cancellation back or came back, so that it had not to happen any more. */
  readonly kept: boolean;
}

interface Verdict {
  readonly words: string;
  readonly kept: boolean;
}

interface Line extends Verdict {
  readonly what: string;
  readonly promised: string | null;
  /** `null`: it did not happen. */
  readonly happened: string | null;
}

const asPromised: Verdict = { words: 'as promised', kept: true };
const not = (words: string): Verdict => ({ words, kept: false });

/** `null`: the certificate is not of the account, or of the life of it, in which the plan was cancelled. */
export function comparisonOf(receipt: CancellationReceipt, certificate: PurgeCertificate): Comparison | null {
  const { accountId, subscriptionId, planId, cancellationId, requestedAt, resumedAt } = receipt;
  const plan = certificate.carriedOut.plans.find((one) => one.subscriptionId === subscriptionId);
  if (accountId !== certificate.accountId || !plan) return null;
  const head = `Receipt of the cancellation of ${planId} (${subscriptionId}), requested ${requestedAt}`;
  if (resumedAt !== null || plan.cancellationId !== cancellationId) {
    const when = resumedAt === null ? '' : ` on ${resumedAt}`;
    return { report: `${head}\n\nThis cancellation was taken back${when}, so that nothing of it had to follow. The plan ended by the one that was requested ${plan.requestedAt}.\n`, kept: true };
  }
  const lines = [...dates(receipt, plan, certificate), ...credits(receipt, plan), ...fees(receipt, plan, certificate)];
  const told = lines.map(({ what, promised, happened, words }) => `  ${what}: ${promised === null ? 'not promised' : `promised ${promised}`}, ${happened ?? 'did not happen'}: ${words}`);
  const kept = lines.every((line) => line.kept);
  const cameBack = receipt.consequences.some(({ at }) => isBefore(plan.cameBack, at)) ? plan.cameBack : null;
  const verdict = `What happened ${cameBack && kept ? 'until the customer came back ' : ''}is ${kept ? '' : 'not '}what was promised.`;
  return { report: [head, '', 'Promised and happened', ...told, ...notes(certificate, cameBack), '', verdict, ''].join('\n'), kept };
}

function dates({ requestedAt, consequences }: CancellationReceipt, plan: EndedPlan, certificate: PurgeCertificate): readonly Line[] {
  return consequences.map(({ kind, at }) => {
    if (kind === 'period-end') return { what: kind, promised: at, ...dated(plan.endedAt), ...ofDates(at, plan.endedAt) };
    const loss = certificate.carriedOut.losses.find((one) => one.kind === kind && one.at > requestedAt);
    return { what: kind, promised: at, ...dated(loss?.at ?? null), ...ofLoss(kind, at, loss, plan, certificate) };
  });
}

type Loss = PurgeCertificate['carriedOut']['losses'][number];

const dated = (at: Instant | null) => ({ happened: at && `happened ${at}` });

function ofLoss(kind: string, promised: Instant, loss: Loss | undefined, { cameBack }: EndedPlan, { holds }: PurgeCertificate): Verdict {
  if (isBefore(cameBack, promised) && (!loss || loss.at > promised)) return { words: `${loss ? 'later than promised' : 'not carried out'}, since the customer came back on ${cameBack.at}`, kept: true };
  if (kind !== 'purge-data') return loss && loss.open > 0 ? not(`begun, and not carried out for ${loss.open}`) : ofDates(promised, loss?.at ?? null);
  const stood = holds.filter(({ placedAt, liftedAt }) => placedAt < promised && (liftedAt === null || liftedAt > promised));
  if (loss && loss.at > promised && stood.length > 0) return not(`later than promised, held by a legal hold until ${stood.map(({ liftedAt }) => liftedAt ?? loss.at).toSorted().at(-1)}`);
  return loss && loss.at > promised && loss.at < plusMs(promised, dayMs) ? { words: 'as promised, begun within 24 hours', kept: true } : ofDates(promised, loss?.at ?? null);
}

const isBefore = (cameBack: CameBack | null, at: Instant): cameBack is CameBack => cameBack !== null && cameBack.at < at;

const ofDates = (promised: Instant, happened: Instant | null): Verdict => {
  if (happened === null) return not('not carried out');
  return happened === promised ? asPromised : not(`${happened < promised ? 'earlier' : 'later'} than promised`);
};

function credits({ credits: promised }: CancellationReceipt, { credited }: EndedPlan): readonly Line[] {
  return (['sms', 'rvm'] as const).flatMap((channel) => {
    const [before, after] = [promised[channel], credited?.[channel] ?? null];
    if (before.count === 0 && (after?.count ?? 0) === 0) return [];
    return [{ what: `credit for unsent ${channel}`, promised: counted(before), happened: after && `happened ${counted(after)}`, ...ofAmounts(before, after) }];
  });
}

interface Counted {
  readonly count: number;
  readonly amount: Money;
}

const counted = ({ count, amount }: Counted): string => `${inWords(amount)} for ${count}`;

function ofAmounts(promised: Counted | null, happened: Counted | null): Verdict {
  const [before, after] = [promised?.amount.amount ?? 0, happened?.amount.amount ?? 0];
  if (before !== after) return not(`${after < before ? 'less' : 'more'} than promised`);
  return promised?.count === happened?.count || before === 0 ? asPromised : not('of another number than promised');
}

/** From the request to the end of the plan, or to the last fee that was told: where every plan was pending, fees are told to the end of all. */
function fees({ requestedAt, numberFees }: CancellationReceipt, { endedAt }: EndedPlan, { carriedOut }: PurgeCertificate): readonly Line[] {
  const until = later(endedAt, numberFees.at(-1)?.at ?? endedAt);
  const charged = carriedOut.numberFees.filter(({ at }) => at > requestedAt && at <= until);
  return [...new Set([...numberFees, ...charged].map(({ at }) => at))].toSorted().map((at) => {
    const [promised, due] = [numberFees.find((one) => one.at === at) ?? null, charged.find((one) => one.at === at) ?? null];
    return { what: `number fees of ${at}`, promised: promised && counted(promised), happened: due && `fell due ${counted(due)}, the wallet paid ${inWords(due.paid)}`, ...ofFees(promised, due) };
  });
}

/** What fell due decides. A wallet that was too small has paid less than was promised: the rest is owed by nobody. */
function ofFees(promised: Counted | null, due: ChargedFee | null): Verdict {
  const verdict = ofAmounts(promised, due);
  const unpaid = due ? due.amount.amount - due.paid.amount : 0;
  if (!due || !verdict.kept || unpaid === 0) return verdict;
  return { ...verdict, words: `${verdict.words}, and the wallet paid ${inWords(money(unpaid, due.amount.currency))} less than promised` };
}

/** What explains a deletion before its day, and what follows from coming back. */
function notes({ basis }: PurgeCertificate, cameBack: CameBack | null): readonly string[] {
  return [
    ...(basis === 'retention' ? [] : [`  the data was deleted on request (${basis})`]),
    ...(cameBack ? [
      `  the customer came back on ${cameBack.at}: ${cameBack.planId} was ${cameBack.by === 'subscribing' ? 'begun' : 'kept, its cancellation taken back'}`,
      '  what was not lost by then was kept, and had to follow no longer from this cancellation, but from the end of the plan that ended last',
    ] : []),
  ];
}
