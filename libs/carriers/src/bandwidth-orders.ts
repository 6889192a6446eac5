// Bandwidth's orders that disconnect numbers: how one is written, what an answer tells of it, and what its codes mean.
import { createHash } from 'node:crypto';
import type { NumberRelease, Outcome } from './carrier.js';
import { child, listOf, textOf } from './xml.js';

/** Bandwidth's first API writes North American numbers with ten digits, its second in E.164, all others are in E.164. */
export const national = (number: string): string => number.replace(/^\+?1(?=\d{10}$)/, '');

export interface DisconnectOrder {
  readonly id: string | null;
  readonly status: string | null;
  readonly disconnected: ReadonlySet<string>;
  /** Codes by number; under `''` those of the whole order. */
  readonly errors: ReadonlyMap<string, string>;
}

/** Digits, letters, dashes and plus signs are all that goes in: nothing to escape. */
export function disconnectOrder(requests: readonly NumberRelease[]): string {
  const keys = requests.map(({ idempotencyKey }) => idempotencyKey).join('\n');
  // At most 40 letters, digits, dashes and spaces; by it a person finds our order at Bandwidth.
  const customerOrderId = createHash('sha256').update(keys).digest('hex').slice(0, 40);
  const numbers = requests.map(({ e164 }) => `<TelephoneNumber>${national(e164)}</TelephoneNumber>`).join('');
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<DisconnectTelephoneNumberOrder><CustomerOrderId>${customerOrderId}</CustomerOrderId>` +
    `<DisconnectTelephoneNumberOrderType><TelephoneNumberList>${numbers}</TelephoneNumberList></DisconnectTelephoneNumberOrderType>` +
    '</DisconnectTelephoneNumberOrder>'
  );
}

export function readOrder(content: unknown): DisconnectOrder {
  const response = child(content, 'DisconnectTelephoneNumberOrderResponse');
  const errors = listOf(child(child(response, 'ErrorList'), 'Error')).flatMap((error): [string, string][] => {
    const code = textOf(child(error, 'Code')) ?? '';
    const numbers = listOf(child(error, 'TelephoneNumber')).map((number) => textOf(number) ?? '');
    return (numbers.length > 0 ? numbers : ['']).map((number) => [national(number), code]);
  });
  return {
    id: textOf(child(child(response, 'orderRequest'), 'id')),
    status: textOf(child(response, 'OrderStatus')),
    disconnected: new Set(listOf(child(child(response, 'DisconnectedTelephoneNumberList'), 'TelephoneNumber')).map((number) => national(textOf(number) ?? ''))),
    errors: new Map(errors),
  };
}

export const isRunning = (status: string | null): boolean => status === 'RECEIVED' || status === 'PROCESSING';
export const isOver = (status: string | null): boolean => status === 'COMPLETE' || status === 'PARTIAL' || status === 'FAILED';

/** Of Bandwidth's codes those that say more than that the number was not disconnected. */
export const meaningOf = (code: string | null): Outcome | undefined =>
  new Map<string | null, Outcome>([
    ['5012', { outcome: 'blocked', reason: 'account-locked' }],
    ['5094', { outcome: 'blocked', reason: 'account-locked' }],
    ['5019', { outcome: 'retry-later', afterMs: null, reason: 'order-pending' }],
    ['5086', { outcome: 'retry-later', afterMs: null, reason: 'order-failed' }],
  ]).get(code);
