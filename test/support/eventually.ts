// Waiting for a condition, never for a fixed time.
import { setTimeout as sleep } from 'node:timers/promises';

/** Asks every few milliseconds until it is so. `ms` is there for what never happens: a busy machine is slow, not wrong. */
export async function eventually(what: string, condition: () => Promise<boolean> | boolean, ms = 60_000): Promise<void> {
  const until = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > until) throw new Error(`never happened: ${what}`);
    await sleep(20);
  }
}
