// What every carrier does with a batch.
import type { Carrier, NumberRelease, Report } from './carrier.js';
import type { Line } from './line.js';

export type Reports = Map<NumberRelease, Report>;

/** Throws `RangeError`. */
export function checkBatch({ name, batchMost }: Carrier, requests: readonly NumberRelease[]): void {
  if (requests.length > batchMost) throw new RangeError(`${name} takes ${batchMost} numbers at once, not ${requests.length}`);
  if (requests.some(({ e164 }) => !/^\+[1-9]\d{6,14}$/.test(e164))) throw new RangeError('not every number is in E.164');
}

/** Does the work; a failure is the report of all requests that have none by then. `order`: what they are part of, unless they say so themselves. */
export async function reportingFailure(
  { line, reports }: { readonly line: Line; readonly reports: Reports },
  requests: readonly NumberRelease[],
  work: () => Promise<void>,
  order?: string | null,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    for (const request of requests) if (!reports.has(request)) reports.set(request, line.reportFailure(error, order ?? request.order));
  }
}

const silenceMost = 3;

/**
 * Looks at one number after the other. An answer that concerns the whole carrier account, or several silences in a row, is also the report of
 * those that follow; one number alone that gets no answer keeps nobody waiting.
 */
export async function oneByOne(requests: readonly NumberRelease[], reports: Reports, look: (request: NumberRelease) => Promise<void>): Promise<void> {
  let silences = 0;
  for (const [index, request] of requests.entries()) {
    await look(request);
    const report = reports.get(request);
    silences = report?.outcome === 'retry-later' && report.httpStatus === null ? silences + 1 : 0;
    if (report && (concernsAll(report) || silences === silenceMost)) {
      for (const other of requests.slice(index + 1)) reports.set(other, report);
      return;
    }
  }
}

const concernsAll = (report: Report): boolean =>
  (report.outcome === 'refused' && report.reason === 'credentials') || (report.outcome === 'retry-later' && report.reason === 'rate-limited');
