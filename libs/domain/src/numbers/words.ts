// How what happens to numbers is told; billing and release are told by the consequence.
import type { Sentences } from '../subject.js';
import { plural } from '../wording.js';
import type { NumberNotGivenBack, NumberPurchased, NumberReleaseBlocked, NumberReleaseRetried, NumberReleaseWithdrawn, NumberRemoved } from './events.js';

type EventsHere =
  | typeof NumberPurchased | typeof NumberRemoved | typeof NumberNotGivenBack
  | typeof NumberReleaseBlocked | typeof NumberReleaseRetried | typeof NumberReleaseWithdrawn;

export const numberWords: Sentences<EventsHere> = {
  NumberPurchased: ({ origin }) => `A phone number was added (${origin}).`,
  NumberRemoved: () => 'A phone number was removed.',
  NumberNotGivenBack: () => 'A removed phone number is in use again and is not given back.',
  NumberReleaseBlocked: () => 'The release of a phone number is blocked at the carrier.',
  NumberReleaseRetried: () => 'The carrier is asked again for a phone number.',
  NumberReleaseWithdrawn: ({ numberIds }) => `Kept, for the carrier had not been asked yet: ${plural(numberIds.length, 'phone number')}.`,
};
