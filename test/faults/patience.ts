// How long is waited for what has to come: a machine that is used by others takes its time, and no verdict may depend on that. One setting says how much is allowed.
import { setTimeout as sleep } from 'node:timers/promises';

/** What the machine may take beside outage, sweep and grace. */
export const machineMs = 1_000 * Number(process.env['FAULTS_ALLOWED_SECONDS'] ?? 30);

/** For what comes by itself, however slowly. */
export const patienceMs = 8 * machineMs;

/** Asked over and over until it is so; whether it was before the patience was over. */
export async function until(isSo: () => boolean | Promise<boolean>, mostMs = patienceMs): Promise<boolean> {
  for (const end = performance.now() + mostMs; performance.now() < end; await sleep(20)) {
    if (await isSo()) return true;
  }
  return isSo();
}
