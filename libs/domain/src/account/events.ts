// The account itself: who it is, where its clock stands, what was agreed with it.
import { event, type EventOf, type Money } from '#kernel';
import type { TimeZone } from '../calendar.js';

/** `two-step` asks for a reason and two confirmations; `one-step` for neither (A16). */
export type CancellationMode = 'two-step' | 'one-step';

export const AccountOpened = event('AccountOpened')<{
  timeZone: TimeZone;
  currency: string;
  testClockId: string | null;
  /** 1 to 31; `null`: the local day on which the first subscription starts (A8). */
  numberBillingAnchorDay: number | null;
  /** Per number and month. */
  numberFee: Money;
  cancellationMode: CancellationMode;
}, { name: string; email: string }>({ personal: { name: true, email: true } });

/** Absent fields stay as they are. */
export const AccountChanged = event('AccountChanged')<{ timeZone?: TimeZone }, { name?: string; email?: string }>({ personal: { name: true, email: true } });

export const accountEvents = [AccountOpened, AccountChanged] as const;

export type AccountEvent = EventOf<(typeof accountEvents)[number]>;
