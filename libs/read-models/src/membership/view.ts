// The Membership page in one answer (R2): plans, what is pending, what follows and when, and what may be done now.
import { money, type Actor, type Instant, type Money } from '#kernel';
import {
  countNumbers, currentNumbers, ifYouReturn, isLossKind, isPending, lossOf, nextLoss, numberIdsOf, openSubscriptions, plannedDeadlines, standingOf, termsOf,
  type Belonging, type Membership, type NextLoss, type PlanKind, type Standing, type TenDlc,
} from '#domain';
import type { DeadlineRow } from './deadlines-then.js';
import { subscriptionView, type PlanNames, type SubscriptionView } from '../subscriptions/view.js';

export type DeadlineViewStatus = 'planned' | 'pending' | 'fired' | 'void' | 'blocked' | 'held' | 'dead';

export interface DeadlineView {
  readonly kind: string;
  readonly dueAt: Instant;
  readonly status: DeadlineViewStatus;
  readonly subscriptionId?: string;
}

export type Action = 'subscribe' | 'cancel' | 'resume' | 'resubscribe' | 'remove-number' | 'apply-ten-dlc' | 'export-data';

export interface AllowedAction {
  readonly action: Action;
  readonly subscriptionId?: string;
  readonly planKind?: PlanKind;
}

export interface MembershipView {
  readonly accountId: string;
  readonly standing: Standing;
  readonly timeZone: string;
  /** In which language the account is told what happens; `null`: nobody said. */
  readonly locale: string | null;
  readonly subscriptions: readonly SubscriptionView[];
  readonly numbers: { readonly count: number };
  readonly tenDlc: { readonly status: TenDlc['status'] };
  readonly wallet: { readonly balance: Money };
  readonly deadlines: readonly DeadlineView[];
  readonly allowedActions: readonly AllowedAction[];
  readonly ifYouReturnNow: { readonly kept: readonly Belonging[]; readonly lost: readonly Belonging[]; readonly nextLoss: NextLoss | null };
  readonly asOf: Instant;
}

/** `state` as settled at `now`; `rows` are the account's deadlines, for what was carried out, void or stuck; `reader` is who asks. */
export const membershipView = (state: Membership, rows: readonly DeadlineRow[], now: Instant, reader: Role, nameOf: PlanNames): MembershipView => ({
  accountId: state.accountId,
  standing: standingOf(state),
  timeZone: termsOf(state).timeZone,
  locale: termsOf(state).locale,
  subscriptions: state.subscriptions.map((one) => subscriptionView(one, nameOf)),
  numbers: { count: currentNumbers(state) },
  tenDlc: { status: state.tenDlc.status },
  wallet: { balance: money(state.wallet.balance, termsOf(state).currency) },
  deadlines: deadlines(state, rows),
  allowedActions: allowedActions(state).filter(({ action }) => whoMay[action].includes(reader)),
  ifYouReturnNow: { ...ifYouReturn(state), nextLoss: nextLoss(state) },
  asOf: now,
});

type Role = Actor['role'];

/** As the routes have it. */
const whoMay: Readonly<Record<Action, readonly Role[]>> = {
  subscribe: ['customer', 'service'],
  cancel: ['customer', 'service'],
  resume: ['customer', 'service'],
  resubscribe: ['customer', 'service'],
  'remove-number': ['customer', 'service'],
  'apply-ten-dlc': ['service'],
  'export-data': ['customer', 'service'],
};

/** What became of the account's own deadlines is told for as long as its life lasts; of the others only what still stands. */
function deadlines(state: Membership, rows: readonly DeadlineRow[]): readonly DeadlineView[] {
  const lifecycleSince = state.subscriptions[0]?.lifecycle ?? state.lifecycle;
  const told = rows.filter(({ kind, status, generation }) => (isLossKind(kind) ? generation >= lifecycleSince : !['fired', 'void'].includes(status)));
  const shown = ({ kind, status, generation }: DeadlineRow): DeadlineViewStatus => {
    if (status === 'blocked' && isLossKind(kind) && lossOf(kind).heldByLegalHold && state.holds.length > 0) return 'held';
    return status === 'fired' && kind === 'release-numbers' && generation === state.lifecycle && releaseIsBlocked(state) ? 'blocked' : status;
  };
  return [
    ...told.map((row) => ({
      kind: row.kind,
      dueAt: row.dueAt,
      status: shown(row),
      ...(row.subscriptionId !== undefined && { subscriptionId: row.subscriptionId }),
    })),
    ...plannedDeadlines(state).map(({ kind, dueAt }) => ({ kind, dueAt, status: 'planned' as const })),
  ];
}

/** Begun, and the carrier does not let go of all of them. */
function releaseIsBlocked({ numbers: { all, release } }: Membership): boolean {
  const blocked = new Set(numberIdsOf(all, 'blocked'));
  return release?.numberIds.some((id) => blocked.has(id)) ?? false;
}

function allowedActions(state: Membership): readonly AllowedAction[] {
  const open = openSubscriptions(state);
  const free = (['messaging', 'calling'] as const).filter((kind) => !open.some(({ term }) => term.kind === kind));
  const had = (kind: PlanKind): boolean => state.subscriptions.some(({ term }) => term.kind === kind);
  const mayApply = !state.lapse && !state.tenDlcLapse && (state.tenDlc.status === 'none' || state.tenDlc.status === 'expired');
  return [
    ...open.map((one) => ({ action: isPending(one) ? ('resume' as const) : ('cancel' as const), subscriptionId: one.subscriptionId })),
    ...free.map((planKind) => ({ action: had(planKind) ? ('resubscribe' as const) : ('subscribe' as const), planKind })),
    ...(countNumbers(state.numbers.all, ['active']) > 0 ? [{ action: 'remove-number' as const }] : []),
    ...(mayApply ? [{ action: 'apply-ten-dlc' as const }] : []),
    { action: 'export-data' as const },
  ];
}
