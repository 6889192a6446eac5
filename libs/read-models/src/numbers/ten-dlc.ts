// The 10DLC registration of an account as it stands.
import type { Instant, RecordedEvent } from '#kernel';
import type { Membership, TenDlc } from '#domain';

export interface TenDlcView {
  readonly status: TenDlc['status'];
  readonly registrationId: string | null;
  /** `null` without an application, and once the account is forgotten. */
  readonly brandName: string | null;
  readonly appliedAt: Instant | null;
  readonly registeredAt: Instant | null;
  readonly expiredAt: Instant | null;
}

export function tenDlcView({ tenDlc: { status, registrationId } }: Membership, events: readonly RecordedEvent[]): TenDlcView {
  const last = (wanted: string): RecordedEvent | undefined =>
    events.findLast(({ type, data }) => type === wanted && data['registrationId'] === registrationId);
  const applied = registrationId === null ? undefined : last('TenDlcApplied');
  return {
    status,
    registrationId,
    brandName: (applied?.data['brandName'] as string | null | undefined) ?? null,
    appliedAt: applied?.effectiveAt ?? null,
    registeredAt: registrationId === null ? null : (last('TenDlcRegistered')?.effectiveAt ?? null),
    expiredAt: registrationId === null ? null : (last('TenDlcExpired')?.effectiveAt ?? null),
  };
}
