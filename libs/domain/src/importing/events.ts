// An account that lived elsewhere until now.
import { event, type EventOf } from '#kernel';

/** It was taken over: what its other events tell of the time before was told by the system it comes from. Whatever that time asked for is that system's to have done. */
export const AccountImported = event('AccountImported')<{
  importId: string;
  /** The losses that were due by then: each waits until an operator lets it go. */
  held: readonly { kind: string; subject: string; generation: number }[];
}, {
  /** What that system calls it. */
  externalId: string;
}>({ personal: { externalId: true } });

export const importingEvents = [AccountImported] as const;

export type ImportingEvent = EventOf<(typeof importingEvents)[number]>;
