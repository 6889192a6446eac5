// The account itself: who it is, where its clock stands, what was agreed with it.
import { event, type EventOf, type Money } from '#kernel';
import type { TimeZone } from '../calendar.js';

/** `two-step` asks for a reason and two confirmations; `one-step` for neither (A16). */
export type CancellationMode = 'two-step' | 'one-step';

/** Who it is. */
export interface Person {
  name: string;
  email: string;
}

const person = { name: true, email: true } as const;

export const AccountOpened = event('AccountOpened')<{
  timeZone: TimeZone;
  currency: string;
  testClockId: string | null;
  /** 1 to 31; `null`: the local day on which the first subscription starts (A8). */
  numberBillingAnchorDay: number | null;
  /** Per number and month. */
  numberFee: Money;
  cancellationMode: CancellationMode;
  /** In which language it is told what happens: a BCP 47 tag; absent: nobody said. */
  locale?: string;
}, Person>({ personal: person });

/** Absent fields stay as they are. */
export const AccountChanged = event('AccountChanged')<{ timeZone?: TimeZone; locale?: string }, Partial<Person>>({ personal: person });

export const accountEvents = [AccountOpened, AccountChanged] as const;

export type AccountEvent = EventOf<(typeof accountEvents)[number]>;
