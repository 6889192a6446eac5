// How what happens to the registration is told; its expiry is told by the consequence.
import type { Sentences } from '../subject.js';
import type { TenDlcApplied, TenDlcDeregistered, TenDlcDeregistrationBlocked, TenDlcDeregistrationRetried, TenDlcRegistered } from './events.js';

type EventsHere = typeof TenDlcApplied | typeof TenDlcRegistered | typeof TenDlcDeregistered | typeof TenDlcDeregistrationBlocked | typeof TenDlcDeregistrationRetried;

export const tenDlcWords: Sentences<EventsHere> = {
  TenDlcApplied: () => 'Applied for a 10DLC registration.',
  TenDlcRegistered: () => 'The 10DLC registration was approved.',
  TenDlcDeregistered: ({ part }) => `The 10DLC ${part} is gone at the carrier.`,
  TenDlcDeregistrationBlocked: ({ part }) => `The 10DLC ${part} cannot be ended at the carrier.`,
  TenDlcDeregistrationRetried: ({ part }) => `The carrier is asked again for the 10DLC ${part}.`,
};
