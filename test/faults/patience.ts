// How long is waited for what has to come: a machine that is used by others takes its time, and no verdict may depend on that. One setting says how much is allowed.
import { isSoWithin } from '../support/eventually.js';

/** What the machine may take beside outage, sweep and grace. */
export const machineMs = 1_000 * Number(process.env['FAULTS_ALLOWED_SECONDS'] ?? 30);

/** How late a consequence may be that nothing stood in the way of: sweep and grace of `libs/deadlines`, and the machine. */
export const allowedMs = 1_000 + 2_000 + machineMs;

/** For what comes by itself, however slowly. */
export const patienceMs = 8 * machineMs;

/** Whether it was so before the patience was over. */
export const until = (isSo: () => boolean | Promise<boolean>): Promise<boolean> => isSoWithin(patienceMs, isSo);
