// The page of events: the catalogue, and what each scenario leads to, with events as they really were.
import { membershipEvents } from '#domain';
import { payloads } from '../../apps/api/src/events/payloads.js';
import type { RecordedEvent } from '../end-to-end/shapes.js';
import type { Scenario } from './lives.js';

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const hash = /(?<=")(?:[0-9a-f]{32,}|[A-Za-z0-9_-]{40,}={0,2})(?=")/g;

/** What differs from run to run is replaced: the place in the stream, where mails come in when they go out, the next number that a test buys, the real time, also where an account was taken over then, hashes, cursors, and ids, which are counted within one event. */
function steady(event: RecordedEvent): RecordedEvent {
  const ids = new Map<string, string>();
  const idOf = (id: string): string => {
    const known = ids.get(id) ?? `00000000-0000-4000-8000-${String(ids.size + 1).padStart(12, '0')}`;
    ids.set(id, known);
    return known;
  };
  const now = '2026-11-27T09:30:00.000Z';
  const shown = { ...event, version: 12, recordedAt: now, ...(event.type === 'AccountImported' && { effectiveAt: now }), ...('cursor' in event && { cursor: '…' }), ...('counts' in event.data && { data: withoutMachinery(event.data) }) };
  return JSON.parse(JSON.stringify(shown).replaceAll(uuid, idOf).replaceAll(hash, (text) => `${'0'.repeat(8)}…${String(text.length)}`).replaceAll(/clock_[\w-]+/g, 'clock_1').replaceAll(/\+1206555\d{4}/g, '+12065550001').replaceAll(/(?<="noticeId":"[a-z-]+\.)\d+/g, '12')) as RecordedEvent;
}

/** Of a proof, what changes neither with every table of ours nor with the real time. */
const withoutMachinery = (data: RecordedEvent['data']): RecordedEvent['data'] => ({
  ...data, exceptions: (data['exceptions'] as { expiresAt: string | null }[]).map((one) => ({ ...one, expiresAt: one.expiresAt && '2029-11-27T09:30:00.000Z' })),
  stores: [(data['stores'] as unknown[])[0], '…'], verification: { ...(data['verification'] as object), tables: 40, markers: 20, jobs: 0 },
});

const json = (value: unknown): string => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;

const row = ({ effectiveAt, type, actor }: RecordedEvent): string => `| ${effectiveAt} | [\`${type}\`](#${type.toLowerCase()}) | ${actor.role} |`;

function scenarioPart({ name, about, events }: Scenario): string {
  return [`### ${name}`, about, ['| effectiveAt | type | by |', '|---|---|---|', ...events.map(steady).map(row)].join('\n')].join('\n\n');
}

function typePart({ type, version, personal }: (typeof membershipEvents)[number], example: RecordedEvent | undefined): string {
  const fields = Object.keys(payloads[type].data).map((name) => `\`${name}\`${(personal).includes(name) ? ' (personal)' : ''}`);
  const facts = `Version ${version} of its shape. ${fields.length === 0 ? 'It tells nothing more.' : `Tells ${fields.join(', ')}.`}`;
  return [`### ${type}`, payloads[type].what, facts, ...(example ? [json(steady(example))] : [])].join('\n\n');
}

/** Mails go out in no order: the first of them by name. */
const byMessage = (one: RecordedEvent, other: RecordedEvent): number => String(one.data['message']).localeCompare(String(other.data['message']));

/** `all`: where else there may be an example of a type that is in no scenario. */
export function eventsPage(scenarios: readonly Scenario[], all: readonly RecordedEvent[]): string {
  const told = new Set(scenarios.flatMap(({ events }) => events.map(({ type }) => type)));
  const others = [...new Map(all.filter(({ type }) => !told.has(type)).toSorted(byMessage).toReversed().map((event) => [event.type, event])).values()];
  const examples = [...scenarios.flatMap(({ events }) => events), ...others];
  return `${[
    '# Events',
    'What happens to an account is told as events: by `GET /v1/accounts/{accountId}/events`, of all accounts by `GET /v1/events`. This page is made by a test from what a running service told; `UPDATE_EXAMPLES=1 npm test -- test/documents` writes it anew.',
    '`effectiveAt` is when an event counts, in the account\'s time; `recordedAt` is when it was written, in real time. What follows from time is done by `system`, and carries the instant at which it was due, however late it was carried out. Personal fields are null once they are forgotten, and from the day of the purge on. Ids and hashes are shortened here.',
    '## Sequences',
    ...scenarios.map(scenarioPart),
    '## Types',
    ...membershipEvents.map((declared) => typePart(declared, examples.find(({ type }) => type === declared.type))),
  ].join('\n\n')}\n`;
}
