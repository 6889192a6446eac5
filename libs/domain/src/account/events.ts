// The account itself: who it is, where its clock stands, what was agreed with it.
import { event, type EventOf, type Money, type Personal } from '#kernel';
import type { TimeZone } from '../calendar.js';

/** `two-step` asks for a reason and two confirmations; `one-step` for neither (A16). */
export type CancellationMode = 'two-step' | 'one-step';

export const AccountOpened = event('AccountOpened')<{
  name: Personal<string>;
  email: Personal<string>;
  timeZone: TimeZone;
  currency: string;
  testClockId: string | null;
  /** 1 to 31; `null`: the local day on which the first subscription starts (A8). */
  numberBillingAnchorDay: number | null;
  /** Per number and month. */
  numberFee: Money;
  cancellationMode: CancellationMode;
}>({ personal: ['name', 'email'] });

/** Absent fields stay as they are. */
export const AccountChanged = event('AccountChanged')<{
  name?: Personal<string>;
  email?: Personal<string>;
  timeZone?: TimeZone;
}>({ personal: ['name', 'email'] });

export const accountEvents = [AccountOpened, AccountChanged] as const;

export type AccountEvent = EventOf<(typeof accountEvents)[number]>;
