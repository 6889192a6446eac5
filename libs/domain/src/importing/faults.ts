// What about an account that comes from elsewhere contradicts itself, or the policy in force: each fault at its place in what was told.
import { money, type Instant } from '#kernel';
import { knownReasonCode } from '../cancellation/reasons.js';
import { planById, type PolicyInForce } from '../policy-in-force.js';
import { unknownCurrency } from '../account/rules.js';
import type { RefusalCode } from '../refusals.js';
import type { CommandOf } from '../subject.js';
import type { ImportedSubscription, ImportingCommands } from './commands.js';
import { courseTo } from './course.js';

export type ImportedAccount = CommandOf<ImportingCommands, 'ImportAccount'>;

export interface Fault {
  readonly code: RefusalCode;
  /** A JSON pointer into what was told. */
  readonly pointer: string;
  readonly message: string;
}

const invalid = (pointer: string, message: string): Fault => ({ code: 'invalid_request', pointer, message });

/** When the plan has ended, or the end that was asked for has come; `null`: it is open. */
export function endOf({ status, endedAt, currentPeriod, cancellation }: ImportedSubscription, now: Instant): Instant | null {
  if (status === 'ended') return endedAt ?? currentPeriod.end;
  return cancellation && currentPeriod.end <= now ? currentPeriod.end : null;
}

/** All of them; empty: the account can be taken over as it is told. */
export function importFaults(told: ImportedAccount, now: Instant, policy: PolicyInForce): readonly Fault[] {
  return [...told.subscriptions.flatMap((one, index) => ofSubscription(one, told.currency, `/subscriptions/${index}`, now, policy)), ...together(told, now, policy), ...ofMoney(told, policy), ...ofNumbers(told), ...ofDates(told, now)];
}

function ofSubscription({ planId, startedAt, currentPeriod: { start, end }, status, cancellation, endedAt }: ImportedSubscription, currency: string, at: string, now: Instant, policy: PolicyInForce): readonly Fault[] {
  const faults: Fault[] = [];
  const unless = (holds: boolean, pointer: string, message: string): void => {
    if (!holds) faults.push(invalid(`${at}${pointer}`, message));
  };
  const price = planById(policy, planId)?.price;
  unless(price !== undefined, '/planId', 'is not in the catalogue');
  if (price) unless(price.currency === currency, '/planId', `is sold in ${price.currency}, and the account's currency is ${currency}`);
  unless(startedAt <= now, '/startedAt', 'is in the future');
  unless(start >= startedAt, '/currentPeriod/start', 'is before the start of the plan');
  unless(start <= now, '/currentPeriod/start', 'is in the future');
  unless(end > start, '/currentPeriod/end', 'is not after the start of the period');
  if (status === 'ended') {
    const ended = endedAt ?? end;
    const place = endedAt === null ? '/currentPeriod/end' : '/endedAt';
    unless(ended <= now, place, 'is in the future, and the plan has ended');
    unless(endedAt === null || (endedAt > start && endedAt <= end), '/endedAt', 'is not within the last period');
    unless(cancellation === null || end <= now, '/cancellation', 'is pending until the end of the period, and the plan has ended');
    unless(cancellation === null || cancellation.requestedAt < ended, '/cancellation/requestedAt', 'is not before the end of the plan');
  } else {
    unless(endedAt === null, '/endedAt', 'is for a plan that has ended');
    unless(cancellation === null || cancellation.requestedAt < end, '/cancellation/requestedAt', 'is not before the end of the period');
  }
  if (!cancellation) return faults;
  unless(cancellation.requestedAt >= startedAt, '/cancellation/requestedAt', 'is before the start of the plan');
  unless(cancellation.requestedAt <= now, '/cancellation/requestedAt', 'is in the future');
  const { reason } = cancellation;
  if (reason && knownReasonCode(policy, reason.code) === undefined) faults.push({ code: 'reason_unknown', pointer: `${at}/cancellation/reason/code`, message: 'is not in the published list' });
  return faults;
}

/** What is wrong between plans that are right each by itself. */
function together({ subscriptions, anchorDay, timeZone }: ImportedAccount, now: Instant, policy: PolicyInForce): readonly Fault[] {
  const inOrder = subscriptions.map((one, index) => ({ ...one, index })).toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : a.startedAt > b.startedAt ? 1 : a.index - b.index));
  const overlapping = inOrder.flatMap((one, place): readonly Fault[] => {
    const kind = planById(policy, one.planId)?.kind;
    const runs = (earlier: ImportedSubscription): boolean => {
      const end = endOf(earlier, now);
      return planById(policy, earlier.planId)?.kind === kind && (end === null || end > one.startedAt);
    };
    return kind !== undefined && inOrder.slice(0, place).some(runs) ? [{ code: 'already_subscribed', pointer: `/subscriptions/${one.index}/startedAt`, message: 'lies within another plan of the same kind' }] : [];
  });
  const open = subscriptions.filter((one) => endOf(one, now) === null && one.status !== 'trialing');
  const unfit = anchorDay !== null && open.length > 0 && open.every(({ currentPeriod, startedAt }) => courseTo(currentPeriod.end, timeZone, startedAt, anchorDay) === null);
  return unfit ? [...overlapping, invalid('/anchorDay', 'is not the day on which a period of these plans ends')] : overlapping;
}

/** Of the registration and of holds. */
function ofDates({ tenDlc, holds }: ImportedAccount, now: Instant): readonly Fault[] {
  const { status, appliedAt = null, registeredAt = null, expiredAt = null } = tenDlc ?? {};
  const dates = [['/tenDlc/appliedAt', appliedAt], ['/tenDlc/registeredAt', registeredAt], ['/tenDlc/expiredAt', expiredAt], ...holds.map(({ placedAt }, index) => [`/holds/${index}/placedAt`, placedAt] as const)] as const;
  const toCome = dates.flatMap(([pointer, at]) => (at !== null && at > now ? [invalid(pointer, 'is in the future')] : []));
  const isBefore = (one: Instant | null, other: Instant | null): boolean => one !== null && other !== null && one < other;
  return [
    ...toCome,
    ...(isBefore(registeredAt, appliedAt) ? [invalid('/tenDlc/registeredAt', 'is before it was applied for')] : []),
    ...(isBefore(expiredAt, registeredAt ?? appliedAt) ? [invalid('/tenDlc/expiredAt', 'is before it was registered')] : []),
    ...(expiredAt !== null && status !== 'expired' ? [invalid('/tenDlc/expiredAt', 'is for a registration that has expired')] : []),
    ...(registeredAt !== null && status === 'pending' ? [invalid('/tenDlc/registeredAt', 'is for a registration that was approved')] : []),
  ];
}

function ofMoney({ currency, wallet, numberFee }: ImportedAccount, { currencies }: PolicyInForce): readonly Fault[] {
  const unknown = unknownCurrency(currencies, currency);
  const foreign = [['/wallet/balance', wallet?.balance ?? money(0, currency)], ['/numberFee', numberFee]] as const;
  return [...(unknown === null ? [] : [invalid('/currency', unknown)]), ...foreign.flatMap(([pointer, amount]) => (amount.currency === currency ? [] : [invalid(`${pointer}/currency`, `must be ${currency}, the account's currency`)]))];
}

function ofNumbers({ numbers, subscriptions }: ImportedAccount): readonly Fault[] {
  const first = new Map(numbers.toReversed().map(({ e164 }, fromEnd) => [e164, numbers.length - 1 - fromEnd]));
  const twice = numbers.flatMap(({ e164 }, index): readonly Fault[] =>
    first.get(e164)! < index ? [{ code: 'number_exists', pointer: `/numbers/${index}/e164`, message: 'stands in the account already' }] : []);
  const alone: readonly Fault[] = numbers.length > 0 && subscriptions.length === 0 ? [{ code: 'no_open_plan', pointer: '/numbers', message: 'need a plan that is open, or was' }] : [];
  return [...twice, ...alone];
}
