// What may be asked of every report: which time, in which steps of which zone, by what, in which form.
import { localMidnight } from '#domain';
import { instant, type Instant } from '#kernel';
import { intervals, reports, type Interval, type ReportName, type ReportRequest } from '#read-models';
import { Bool, InstantField, InstantOrDay, isDay, OneOf, Text, Texts, TimeZone, Whole } from '../http/input/fields.js';
import { invalidField } from '../http/problems/problems.js';

export const formats = ['json', 'csv', 'ndjson', 'parquet'] as const;
export type Format = (typeof formats)[number];

export class ReportQuery {
  @InstantOrDay({ optional: true, description: 'Inclusive; a day begins in the zone. As far back as there is anything when absent.' }) from?: string;
  @InstantOrDay({ optional: true, description: 'Exclusive; a day begins in the zone. As far as there is anything when absent.' }) to?: string;
  @OneOf(intervals, { optional: true, description: 'Calendar steps of the zone; weeks begin on Monday.' }) interval?: Interval;
  @TimeZone({ optional: true, description: 'IANA name of the zone whose calendar steps are counted. UTC when absent.', example: 'America/Los_Angeles' }) zone?: string;
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
export function requestOf(name: ReportName, query: ReportQuery): ReportRequest {
  const { interval, zone, groupBy, onTestClock } = query;
  const [from, to] = [query.from, query.to].map((bound) => (bound === undefined ? undefined : beginningOf(bound, zone))) as [Instant?, Instant?];
  if (from !== undefined && to !== undefined && from >= to) throw invalidField('/query/to', 'must be later than from');
  const groups = groupBy && [...new Set(groupBy.flatMap((text) => text.split(',')).map((text) => text.trim()))];
  const known = reports[name].groups.map((group) => group.name);
  const unknown = groups?.find((group) => !known.includes(group));
  if (unknown !== undefined) {
    throw invalidField('/query/groupBy', known.length === 0 ? 'is not known for this report' : `must be of ${known.join(', ')}`);
  }
  return { from, to, interval, zone, groupBy: groups, onTestClock };
}

const beginningOf = (bound: string, zone = 'UTC'): Instant => (isDay(bound) ? localMidnight(Number(bound.replaceAll('-', '')), zone) : instant(bound));
