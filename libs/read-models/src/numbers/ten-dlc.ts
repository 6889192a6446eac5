// The 10DLC registration of an account as it stands.
import { eventsOfType, type Instant, type RecordedEvent } from '#kernel';
import type { Membership, MembershipEvent, TenDlc } from '#domain';

export interface TenDlcView {
  readonly status: TenDlc['status'];
  readonly registrationId: string | null;
  /** `null` without an application, and once the account is forgotten. */
  readonly brandName: string | null;
  readonly appliedAt: Instant | null;
  readonly registeredAt: Instant | null;
  readonly expiredAt: Instant | null;
}

export function tenDlcView({ tenDlc: { status, registrationId } }: Membership, events: readonly RecordedEvent<MembershipEvent>[]): TenDlcView {
  const isOfRegistration = ({ data }: { readonly data: { readonly registrationId: string } }): boolean => data.registrationId === registrationId;
  const applied = eventsOfType(events, 'TenDlcApplied').findLast(isOfRegistration);
  return {
    status,
    registrationId,
    brandName: applied?.data.brandName ?? null,
    appliedAt: applied?.effectiveAt ?? null,
    registeredAt: eventsOfType(events, 'TenDlcRegistered').findLast(isOfRegistration)?.effectiveAt ?? null,
    expiredAt: eventsOfType(events, 'TenDlcExpired').findLast(isOfRegistration)?.effectiveAt ?? null,
  };
}
