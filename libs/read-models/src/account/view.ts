// The account: who it is, as long as it is not forgotten, and what was agreed with it.
import type { Instant, Money, RecordedEvent } from '#kernel';
import { standingOf, termsOf, type Membership, type MembershipEvent, type Person, type Standing } from '#domain';

export interface AccountView {
  readonly accountId: string;
  /** `null` once the person is forgotten, until the account says who it is now. */
  readonly name: string | null;
  readonly email: string | null;
  readonly timeZone: string;
  /** In which language it is told what happens; `null`: nobody said. */
  readonly locale: string | null;
  readonly currency: string;
  readonly testClockId: string | null;
  readonly numberBillingAnchorDay: number | null;
  readonly numberFee: Money;
  readonly cancellationMode: 'two-step' | 'one-step';
  readonly standing: Standing;
  readonly openedAt: Instant;
}

/** Personal fields are taken from the events, for a decision's state holds none. */
export function accountView(state: Membership, events: readonly RecordedEvent<MembershipEvent>[]): AccountView {
  const terms = termsOf(state);
  const opened = events.find(({ type }) => type === 'AccountOpened');
  if (!opened) throw new Error(`account ${state.accountId} was never opened`);
  return {
    accountId: state.accountId,
    name: latest(events, 'name'),
    email: latest(events, 'email'),
    timeZone: terms.timeZone,
    locale: terms.locale,
    currency: terms.currency,
    testClockId: terms.testClockId,
    numberBillingAnchorDay: state.anchorDay ?? terms.numberBillingAnchorDay,
    numberFee: terms.numberFee,
    cancellationMode: terms.cancellationMode,
    standing: standingOf(state),
    openedAt: opened.effectiveAt,
  };
}

function latest(events: readonly RecordedEvent<MembershipEvent>[], field: keyof Person): string | null {
  const told = events.flatMap(({ type, data }) => (type === 'AccountOpened' || type === 'AccountChanged' ? (data[field] ?? []) : []));
  return told.at(-1) ?? null;
}
