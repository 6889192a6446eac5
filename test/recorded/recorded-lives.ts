// The recorded lives, each event brought to today's shape as the log does it.
import { readFileSync } from 'node:fs';
import { membershipEvents, type MembershipEvent } from '#domain';

export interface RecordedLife {
  readonly accountId: string;
  readonly events: readonly MembershipEvent[];
  readonly told: readonly (string | null)[];
  readonly after: readonly string[];
  readonly atTheEnd: unknown;
}

/** How many shapes have come since they were recorded. */
const shapesSince: Readonly<Record<string, number>> = { CancellationAttempted: 1, CancellationRequested: 1, CardChargeRequested: 1, SubscriptionPastDue: 1, SubscriptionPaid: 1 };

const todays = (event: MembershipEvent): MembershipEvent => {
  const since = shapesSince[event.type] ?? 0;
  const upcasters = since === 0 ? [] : membershipEvents.find(({ type }) => type === event.type)!.past.slice(-since);
  return { ...event, data: upcasters.reduce<Record<string, unknown>>((data, upcast) => upcast(data), { ...event.data }) } as MembershipEvent;
};

const recorded = JSON.parse(readFileSync(new URL('./lives.json', import.meta.url), 'utf8')) as readonly RecordedLife[];

export const lives: readonly RecordedLife[] = recorded.map((life) => ({ ...life, events: life.events.map(todays) }));
