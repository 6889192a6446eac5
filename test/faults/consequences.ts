// What has to be true of an account after any fault: each consequence happened once, on its day, and was written no earlier.
import { expect } from '@jest/globals';
import type { Client } from '../end-to-end/client.js';
import type { OpsDeadline, RecordedEvent } from '../end-to-end/shapes.js';
import { eventually } from '../support/eventually.js';

/** The event that each deadline of a lapsed account leads to. */
const leadsTo: Readonly<Record<string, string>> = {
  'period-end': 'PeriodEnded', 'release-numbers': 'NumberReleaseStarted', 'expire-ten-dlc': 'TenDlcExpired', 'purge-data': 'PurgeStarted',
};

const eventsOf = (client: Client, accountId: string): Promise<RecordedEvent[]> => client.all(`/v1/accounts/${accountId}/events`);

export const deadlinesOf = (client: Client, accountId: string): Promise<OpsDeadline[]> => client.all(`/v1/ops/deadlines?accountId=${accountId}`, { as: 'operator' });

/** The deletion that the purge begins takes its time; it is waited for. */
async function purgesOf(client: Client, accountId: string): Promise<RecordedEvent[]> {
  let purged: RecordedEvent[] = [];
  await eventually(`${accountId} is purged`, async () => {
    purged = (await eventsOf(client, accountId)).filter(({ type }) => type === 'DataPurged');
    return purged.length > 0;
  }, 180_000);
  return purged;
}

/** Expects the consequence once, with its own date, and the row that asked for it carried out. `real`: the account lives in real time. */
export async function happenedOnce(client: Client, accountId: string, kind: string, dueAt: string, { real }: { readonly real: boolean }): Promise<OpsDeadline> {
  const type = leadsTo[kind]!;
  const stream = await eventsOf(client, accountId);
  const events = stream.filter((event) => event.type === type);
  // A purge says when it was due; it counts from when it is done.
  const dates = events.map(({ effectiveAt, data }) => (kind === 'purge-data' ? data['due'] : effectiveAt));
  expect([accountId, type, ...dates]).toEqual([accountId, type, dueAt]);
  if (real) expect(events[0]!.recordedAt >= dueAt).toBe(true);
  if (kind === 'purge-data') expect((await purgesOf(client, accountId)).map(({ effectiveAt }) => effectiveAt >= dueAt)).toEqual([true]);
  const rows = (await deadlinesOf(client, accountId)).filter((row) => row.kind === kind && row.dueAt === dueAt);
  expect(rows.map(({ status }) => status)).toEqual(['fired']);
  expect([rows[0]!.firedAt! >= dueAt, rows[0]!.latenessMs! >= 0]).toEqual([true, true]);
  return rows[0]!;
}
