// From when an account's losses count: the end of its last plan, once it has come or while it is only told.
import type { Begun, End } from '../consequence.js';
import type { SubscriptionsState } from './state.js';
import { isPending, openSubscriptions, promisedPolicy } from './subscription.js';

/** `L`, and the identity of what counts from it. */
export const lastPlanEnded = ({ lapse, lifecycle }: SubscriptionsState): Begun | null => lapse && { ...lapse, subject: '', generation: lifecycle };

/** The end that follows if nothing changes; only when every open plan is pending. */
export function plannedEnd(state: SubscriptionsState): End | null {
  const open = openSubscriptions(state);
  if (open.length === 0 || !open.every(isPending)) return null;
  const byEnd = open.toSorted((a, b) => (a.period.end < b.period.end ? -1 : 1));
  const ended = state.subscriptions.filter((one) => one.lifecycle === state.lifecycle && one.endedAt !== null);
  const promised = promisedPolicy([...ended, ...byEnd]);
  const last = byEnd.at(-1);
  return promised && last ? { at: last.period.end, ...promised } : null;
}
