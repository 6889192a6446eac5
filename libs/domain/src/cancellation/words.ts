// How the way out, and back in, is told.
import type { Sentences } from '../subject.js';
import type { cancellationEvents } from './events.js';

export const cancellationWords: Sentences<(typeof cancellationEvents)[number]> = {
  CancellationAttempted: () => 'Acknowledged the consequences of a cancellation; nothing has changed yet.',
  CancellationRequested: ({ planId, effectiveAt }) => `Cancelled ${planId}; it runs until ${effectiveAt}.`,
  SubscriptionResumed: ({ planId }) => `Resumed ${planId}; the cancellation is undone.`,
};
