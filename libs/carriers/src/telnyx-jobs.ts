// Telnyx' jobs that delete numbers: what is believed of an answer about one, and what one says of a number.
import type Telnyx from 'telnyx';
import type { NumberRelease, Outcome } from './carrier.js';
import { isObject } from './json.js';
import { Failure } from './line.js';

type Entry = { readonly id?: string; readonly phone_number?: string };

type Told = Telnyx.PhoneNumbers.PhoneNumbersJob;

/** Without a status: nobody knows it any more. */
export type Job = Pick<Told, 'status' | 'phone_numbers' | 'pending_operations' | 'successful_operations' | 'failed_operations'> & { readonly id: string };

const statuses: ReadonlySet<unknown> = new Set<Told['status']>(['pending', 'in_progress', 'completed', 'failed', 'expired']);

/** The job in an answer. Telnyx has others, which do other things to their numbers. Throws a `Failure` where it is none, or another than `order`. */
export function deletionIn(told: unknown, order?: string): Job {
  const job: Told = isObject(told) ? told : {};
  const { id, type, status } = job;
  const isIt = type === 'delete_phone_numbers' && typeof id === 'string' && id === (order ?? id) && statuses.has(status);
  if (!isIt || !entriesOf(job).every((entries) => Array.isArray(entries) && entries.every(isObject))) throw new Failure(200, 'answer-unreadable');
  return { ...job, id };
}

const entriesOf = ({ phone_numbers, pending_operations, successful_operations, failed_operations }: Omit<Job, 'id'>): readonly (readonly Entry[])[] =>
  [phone_numbers, pending_operations, successful_operations, failed_operations].map((entries) => entries ?? []);

export const concerns = (job: Job, request: NumberRelease): boolean => entriesOf(job).some((entries) => find(entries, request));

export const isRunning = ({ status }: Job): boolean => status === 'pending' || status === 'in_progress';

/** Of a number that is still there although its job has come to an end without a word about it. */
export function leftOut({ status }: Job): Outcome {
  const reasons = { failed: 'order-failed', expired: 'order-expired', completed: 'order-incomplete' } as const;
  return { outcome: 'retry-later', afterMs: null, reason: status === 'pending' || status === 'in_progress' || !status ? 'order-unknown' : reasons[status] };
}

export const find = <E extends Entry>(entries: readonly E[] | undefined, { carrierNumberId, e164 }: NumberRelease): E | undefined =>
  entries?.find(({ id, phone_number }) => (carrierNumberId !== null && id !== undefined ? id === carrierNumberId : phone_number === e164));
