// Waiting for a condition, never for a fixed time.
import { setTimeout as sleep } from 'node:timers/promises';

type Condition = () => Promise<boolean> | boolean;

/** Asks every few milliseconds until it is so; answers whether it was before so much time was over. */
export async function isSoWithin(ms: number, condition: Condition): Promise<boolean> {
  const until = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > until) return false;
    await sleep(20);
  }
  return true;
}

/** As {@link isSoWithin}, for what has to come: throws where it does not. `ms` is there for what never happens: a busy machine is slow, not wrong. */
export async function eventually(what: string, condition: Condition, ms = 60_000): Promise<void> {
  if (!(await isSoWithin(ms, condition))) throw new Error(`never happened: ${what}`);
}
