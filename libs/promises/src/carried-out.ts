// Going on to the last deadline with nothing but time passing: what is carried out then, beside what was promised.
import { dayMs, instant, later, plusMs, type Instant } from '#kernel';
import { isLossKind, isPending, lossOf, nothingUnsent, openDeadlines, openSubscriptions, subscriptionById, type Membership, type MembershipEvent, type PlanKind, type Unsent } from '#domain';
import { ofDates, type Difference } from './difference.js';
import type { Candidate, Made, Requested } from './gate.js';

/** So long after the last promise it is waited for what comes later than promised, where a plan goes on. */
const patienceMs = 60 * dayMs;

const never = instant('9999-12-31T23:59:59.999Z');

interface Course {
  /** What fired, by kind and subject, and when it was due. */
  readonly fired: readonly { readonly kind: string; readonly subject: string; readonly dueAt: Instant }[];
  readonly events: readonly MembershipEvent[];
}

export function carriedOutAsPromised(state: Membership, promises: readonly Made[], candidate: Candidate): readonly Difference[] {
  const requests = promises.map(({ request }) => request);
  const allEnd = openSubscriptions(state).every(isPending);
  const course = goOn(state, allEnd ? null : plusMs(lastTold(requests), patienceMs), requests, candidate);
  return [
    ...requests.flatMap((request) => [...ofEnd(state, request, course), ...ofCredit(state, request, course)]),
    // While another plan goes on nothing is lost yet, and its fees go on with it.
    ...(allEnd ? [...ofLosses(state, requests, course), ...ofFees(state, requests, course)] : []),
  ];
}

const lastTold = (requests: readonly Requested[]): Instant => requests.flatMap(({ data }) => [data.effectiveAt, ...Object.values(data.told.consequences).flatMap((at) => at ?? [])]).reduce(later);

/** `until`: `null`: to the last deadline. A plan that goes on has none. */
function goOn(before: Membership, until: Instant | null, requests: readonly Requested[], { bringUpToDate, policy }: Candidate): Course {
  const { steps } = bringUpToDate(before, until ?? never, { policy, unsent: unsentAt(before, requests) });
  return { fired: steps.flatMap(({ deadline }) => (deadline ? [deadline] : [])), events: steps.flatMap(({ events }) => events) };
}

/** As it was when the cancellation was confirmed. */
function unsentAt(state: Membership, requests: readonly Requested[]): Partial<Record<PlanKind, Unsent>> {
  const unsent: Partial<Record<PlanKind, Unsent>> = {};
  for (const { data } of requests) {
    const plan = subscriptionById(state, data.subscriptionId);
    if (!plan || !data.promised) continue;
    const { sms, rvm } = data.promised.credits;
    unsent[plan.term.kind] = { ...nothingUnsent, sms: { count: sms.count, amount: sms.amount.amount }, rvm: { count: rvm.count, amount: rvm.amount.amount } };
  }
  return unsent;
}

const isOpenIn = (state: Membership, { data }: Requested): boolean => openSubscriptions(state).some(({ subscriptionId }) => subscriptionId === data.subscriptionId);

function ofEnd(state: Membership, request: Requested, { events }: Course): readonly Difference[] {
  if (!isOpenIn(state, request)) return [];
  const { subscriptionId, effectiveAt } = request.data;
  const ended = events.find((event) => event.type === 'PeriodEnded' && event.data.subscriptionId === subscriptionId);
  return ended ? ofDates('period-end', 'carried-out', effectiveAt, ended.effectiveAt) : [{ kind: 'period-end', by: 'carried-out', what: 'gone', at: effectiveAt }];
}

function ofCredit(state: Membership, request: Requested, { events }: Course): readonly Difference[] {
  const { subscriptionId, promised, effectiveAt } = request.data;
  if (!isOpenIn(state, request) || promised === null) return [];
  const credited = events.find((event): event is Extract<MembershipEvent, { type: 'UnsentMessagesCredited' }> => event.type === 'UnsentMessagesCredited' && event.data.subscriptionId === subscriptionId);
  const [before, would] = [promised.credits.sms.amount.amount + promised.credits.rvm.amount.amount, credited?.data.amount.amount ?? 0];
  return before === would ? [] : [{ kind: 'credit', by: 'carried-out', what: 'amount', at: effectiveAt, promised: before, would }];
}

/** Of what was told of the end that is in sight, or has come, the later; what was carried out already is as it is. */
function ofLosses(state: Membership, requests: readonly Requested[], { fired }: Course): readonly Difference[] {
  const told = new Map<string, Instant>();
  for (const { data } of requests) for (const [kind, at] of Object.entries(data.told.consequences)) if (at !== undefined) told.set(kind, later(told.get(kind) ?? at, at));
  if (told.size === 0) return [];
  const standing = new Map(openDeadlines(state).map((one) => [one.kind as string, one]));
  const losses = fired.filter(({ kind }) => isLossKind(kind));
  const promised = [...told].flatMap(([kind, at]): readonly Difference[] => {
    const came = losses.find((one) => one.kind === kind);
    if (came) return ofDates(kind, 'carried-out', at, came.dueAt);
    return isOver(state, kind) || standing.get(kind)?.held || state.holds.length > 0 ? [] : [{ kind, by: 'carried-out', what: 'gone', at }];
  });
  return [...promised, ...losses.filter(({ kind }) => !told.has(kind)).map(({ kind, dueAt }): Difference => ({ kind, by: 'carried-out', what: 'appears', at: dueAt }))];
}

/** Carried out already, as the log says. */
const isOver = (state: Membership, kind: string): boolean => isLossKind(kind) && lossOf(kind).since(state) !== null && lossOf(kind).settled(state);

/** The boundaries that were told and are still to come; of each, what a number costs. Numbers that came or went meanwhile are the customer's doing. */
function ofFees(state: Membership, requests: readonly Requested[], { events }: Course): readonly Difference[] {
  const last = requests.at(-1)!.data;
  const { billedUntil } = state.numbers;
  if (last.told.numberFees === null || billedUntil === null) return [];
  const charged = events.filter((event): event is Extract<MembershipEvent, { type: 'NumberFeesCharged' }> => event.type === 'NumberFeesCharged');
  const toCome = last.told.numberFees.filter(({ at }) => at > billedUntil);
  const dates = charged.flatMap(({ effectiveAt }, place): readonly Difference[] => {
    const told = toCome[place];
    return told ? ofDates('number-fees', 'carried-out', told.at, effectiveAt) : [{ kind: 'number-fees', by: 'carried-out', what: 'appears', at: effectiveAt }];
  });
  const amounts = charged.flatMap(({ effectiveAt: at, data: { count, amount } }): readonly Difference[] => {
    const fee = last.promised?.numberFees.find((one) => one.at === at);
    const short = events.find((event) => event.type === 'NumberFeesFellShort' && event.effectiveAt === at);
    const would = amount.amount + (short?.type === 'NumberFeesFellShort' ? short.data.amount.amount : 0);
    return !fee || fee.count === 0 || would * fee.count === fee.amount.amount * count ? [] : [{ kind: 'number-fees', by: 'carried-out', what: 'amount', at, promised: fee.amount.amount, would }];
  });
  const gone = charged.length === 0 ? [] : toCome.slice(charged.length).map(({ at }): Difference => ({ kind: 'number-fees', by: 'carried-out', what: 'gone', at }));
  return [...dates, ...amounts, ...gone];
}
