// How what happens to a plan is told; its end is told by the consequence.
import type { Sentences } from '../subject.js';
import { inWords } from '../wording.js';
import type { PeriodEnded, subscriptionEvents } from './events.js';

export const subscriptionWords: Sentences<Exclude<(typeof subscriptionEvents)[number], typeof PeriodEnded>> = {
  SubscriptionStarted: ({ planId, period, returned }) =>
    returned
      ? `Came back on ${planId} until ${period.end}; lost meanwhile: ${returned.lost.join(', ') || 'nothing'}.`
      : `Started ${planId}, first period until ${period.end}.`,
  SubscriptionRenewed: ({ planId, period }) => `Renewed ${planId} until ${period.end}.`,
  CardChargeRequested: ({ amount }) => `${inWords(amount)} to be collected from the card.`,
  PlanChangeScheduled: ({ planId, from }) => `Changes to ${planId} from ${from}.`,
  SubscriptionPastDue: ({ owed }) => `Payment failed, ${inWords(owed)} owed.`,
  SubscriptionPaid: () => 'The debt was paid.',
};
