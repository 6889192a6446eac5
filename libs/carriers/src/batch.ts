// What every carrier does with a batch.
import type { Carrier } from './carrier.js';

export function refuseTooMany({ name, batchMost }: Carrier, requests: readonly unknown[]): void {
  if (requests.length > batchMost) throw new RangeError(`${name} takes ${batchMost} numbers at once, not ${requests.length}`);
}
