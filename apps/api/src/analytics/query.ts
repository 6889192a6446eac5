// What may be asked of every report: which time, in which steps, by what, in which form.
import type { Instant } from '#kernel';
import { intervals, reports, type Interval, type ReportName, type ReportRequest } from '#read-models';
import { Bool, InstantField, InstantOrDay, OneOf, Text, Texts, Whole } from '../http/input/fields.js';
import { invalidField } from '../http/problems/problems.js';

export const formats = ['json', 'csv', 'ndjson'] as const;
export type Format = (typeof formats)[number];

export class ReportQuery {
  @InstantOrDay({ optional: true, description: 'Inclusive. As far back as there is anything when absent.' }) from?: Instant;
  @InstantOrDay({ optional: true, description: 'Exclusive. As far as there is anything when absent.' }) to?: Instant;
  @OneOf(intervals, { optional: true, description: 'Calendar steps in UTC; weeks begin on Monday.' }) interval?: Interval;
  @Texts({ max: 8, maxLength: 200, optional: true, description: 'Groups, separated by commas or repeated.' }) groupBy?: string[];
  @Bool({ optional: true, description: 'true: accounts on test clocks alone; false: without them; both when absent.' }) onTestClock?: boolean;
  @OneOf(formats, { optional: true, description: 'json unless told.' }) format: Format = 'json';
  @InstantField({ optional: true, description: 'What had happened by then, in the time of each account. As far as there is anything when absent; later than now is `invalid_request`, where `onTestClock=true` later than the furthest test clock.' }) asOf?: Instant;
  @InstantField({ optional: true, description: 'As far as it had been written by then, in real time. Now when absent; later than that is `invalid_request`.' }) knownAt?: Instant;
}

export type PastQuery = Pick<ReportQuery, 'asOf' | 'knownAt' | 'onTestClock'>;

/** One by one they come in pages. */
export class CancellationsQuery extends ReportQuery {
  @Whole({ min: 1, max: 1000, optional: true, description: 'Entries to return; 100 unless told. For the list as JSON alone.' }) limit?: number;
  @Text({ max: 1000, optional: true, description: 'The `next` of the page before.' }) after?: string;
}

/** Throws `invalid_request` for an empty time and for groups that the report does not have. */
export function requestOf(name: ReportName, { from, to, interval, groupBy, onTestClock }: ReportQuery): ReportRequest {
  if (from !== undefined && to !== undefined && from >= to) throw invalidField('/query/to', 'must be later than from');
  const groups = groupBy && [...new Set(groupBy.flatMap((text) => text.split(',')).map((text) => text.trim()))];
  const known = reports[name].groups;
  const unknown = groups?.find((group) => !known.includes(group));
  if (unknown !== undefined) {
    throw invalidField('/query/groupBy', known.length === 0 ? 'is not known for this report' : `must be of ${known.join(', ')}`);
  }
  return { from, to, interval, groupBy: groups, onTestClock };
}
