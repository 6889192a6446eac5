// Where operators' own words stand: sealed, for service and operators alone, gone with the account, and redacted before if need be.

/** The field of an operator's words, by event. It is the only personal one of its event: emptying what is sealed takes out nothing else. */
const noteFields: Readonly<Partial<Record<string, string>>> = {
  NumberReleased: 'note',
  NumberReleaseRetried: 'reason',
  TenDlcDeregistered: 'note',
  TenDlcDeregistrationRetried: 'reason',
  LegalHoldPlaced: 'reason',
  DeadlineRetried: 'reason',
  CustomerNotified: 'note',
  NoticeRetried: 'reason',
};

export const noteFieldOf = (type: string): string | undefined => noteFields[type];

/** Who settles something elsewhere says why in words of their own; what a carrier answers is a short word of its port. */
export const saidOf = (outcome: string, reason: string | null): { readonly reason: string | null; readonly note: string | null } =>
  outcome === 'settled-elsewhere' ? { reason: null, note: reason } : { reason, note: null };
