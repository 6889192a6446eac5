// By what reports can be grouped.
import { boolean, instantColumn, text, textOrNull, whole, type Selected } from './columns.js';
import { livesByTestClock, stepOf, type ReportRequest } from './request.js';

/** By name, as asked for in that zone. */
export type Groups = (request: Pick<ReportRequest, 'zone'>) => Readonly<Record<string, Selected>>;

export const onTestClock = boolean('onTestClock', livesByTestClock, 'Whether the account lives by a test clock.');

export const imported = boolean('imported', 'imported', 'Whether it is told of the time before the account was taken over from another system.');

export const zone = text('zone', 'time_zone', 'IANA zone of the account, as it was when its plan began.');

export const currency = text('currency', 'currency', 'ISO 4217 code; amounts of several are never added up.');

export const plan = {
  planId: text('planId', 'plan_id', 'The plan.'),
  planKind: text('planKind', 'plan_kind', 'messaging or calling.'),
  planInterval: text('planInterval', 'plan_interval', 'month or year.'),
};

export const trial = boolean('trial', 'trial', 'Whether the term was in its trial; what is not is paid.');

export const reason = textOrNull('reason', 'reason', 'Code of the published list; null where none had to be given.');

/** Days of 24 hours at which a bucket of tenure begins. */
const tenureDays = [0, 30, 90, 180, 365, 730] as const;

/** How long the term had lasted at `at`. */
const tenure = (at: string): Selected => {
  const buckets = tenureDays.slice(1).map((days, index) => `WHEN ${at} < started_at + interval '${days * 24} hours' THEN ${tenureDays[index] ?? 0}`);
  return whole('tenure', `CASE ${buckets.join(' ')} ELSE ${tenureDays.at(-1) ?? 0} END`, `How many days the term had lasted then, at least: ${tenureDays.join(', ')}, each up to the next.`);
};

/** Of what counts rows of cancellations at `at`. */
export const ofCancellation = (at: string): Groups => (request) => ({
  ...plan,
  reason,
  channel: text('channel', 'channel', 'Through which door the last step was taken.'),
  actorRole: text('actorRole', 'actor_role', 'Who took it.'),
  tenure: tenure(at),
  cohort: instantColumn('cohort', stepOf('month', 'started_at', request), 'The beginning, in the zone asked for, of the month in which the term began.'),
  zone,
  trial,
  onTestClock,
  imported,
});

/** Without those that the report tells whatever is asked for. */
export const without = (groups: Groups, ...told: readonly string[]): Groups => (request) => Object.fromEntries(Object.entries(groups(request)).filter(([name]) => !told.includes(name)));
