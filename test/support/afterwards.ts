// What a test opens is closed after it, the last first, also when the test failed, and whatever else fails to close.
import { afterEach } from '@jest/globals';

/** Call it once in a file or a rig; hand what it returns how to close each thing that is opened. */
export function closingAfterEach(): (close: () => unknown) => void {
  const closings: (() => unknown)[] = [];
  afterEach(async () => {
    const failures: unknown[] = [];
    for (const close of closings.splice(0).reverse()) {
      try {
        await close();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw failures[0];
  });
  return (close) => void closings.push(close);
}
