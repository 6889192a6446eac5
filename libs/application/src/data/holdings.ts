// What an account's data consist of: the one list that a purge empties and that the archive is made of. What is in one and not in the other does not compile.
import type { Directory } from '#directory';
import type { Holders } from '#holders';
import type { ImportedAccounts } from '#imports';
import type { KeptAnswers } from '#kept-answers';
import type { DataStore } from '#purge';
import { categories, type Category, type DataAccesses, type PlatformStore, type PlatformTables, type RetainedData } from '#retained-data';
import type { ScheduledMessages } from '#scheduled-messages';
import type { DeliveryRows } from '#webhooks';

/** NDJSON in chunks of whole lines. */
export type Lines = AsyncGenerator<string, void, void>;

export interface Archived {
  /** Several may stand in one file, one after the other. */
  readonly file: string;
  /** Nobody waits for them any more once `gone` aborts. */
  readonly lines: (accountId: string, gone: AbortSignal) => Lines;
}

/** Deleted with the rest, and in no file: why. */
export interface Withheld {
  readonly withheld: string;
}

export interface Holding {
  readonly store: DataStore;
  /** For each category that the store counts. */
  readonly archived: Readonly<Record<string, Archived | Withheld>>;
}

interface Stores {
  readonly retainedData: RetainedData;
  readonly messages: ScheduledMessages;
  readonly accesses: DataAccesses;
  readonly holders: Holders;
  readonly directory: Directory;
  readonly imported: ImportedAccounts;
  readonly answers: KeptAnswers;
  readonly deliveries: DeliveryRows;
  readonly platform: PlatformTables;
}

const pageSize = 1_000;

export const fileOf = (category: Category): string => `${category}.ndjson`;

export function holdingsOf({ retainedData, messages, accesses, holders, directory, imported, answers, deliveries, platform }: Stores): readonly Holding[] {
  const retained = (category: Category): Archived => ({ file: fileOf(category), lines: (accountId) => retainedData.read(accountId, category) });
  return [
    holding(retainedData, { campaigns: retained('campaigns'), messages: retained('messages'), contacts: retained('contacts'), reports: retained('reports') }),
    holding(messages, { scheduledMessages: { file: 'scheduled-messages.ndjson', lines: (accountId) => messageLines(messages, accountId) } }),
    holding(accesses, { dataAccesses: { file: 'data-access.ndjson', lines: (accountId) => accessLines(accesses, accountId) } }),
    holding(holders, { holders: { withheld: 'Keyed hashes that keep a number from being given to two accounts: the numbers and ids themselves stand in the events.' } }),
    holding(directory, { searchKeys: { withheld: 'The keyed hash by which operators find the account by its e-mail address: the address itself stands in the events.' } }),
    holding(imported, { externalIds: { withheld: 'Keyed hashes of what another system calls the account, so that it is taken over once: the names themselves stand in the events.' } }),
    holding(answers, { keptAnswers: { withheld: 'Copies of answers to requests, kept for a day so that a repeat gets the same one: what they tell stands in the other files.' } }),
    holding(deliveries, { webhookDeliveries: { withheld: 'Notes of which events the platform was told over webhooks, and when: the events themselves stand in the other files.' } }),
    ...platform.stores.map((store): Holding => ({ store, archived: { [store.category]: platformRows(store) } })),
  ];
}

/** The files of an archive in the order of the list, each with all that goes into it. */
export function filesOf(holdings: readonly Holding[]): ReadonlyMap<string, readonly Archived['lines'][]> {
  const files = new Map<string, Archived['lines'][]>(categories.map((category) => [fileOf(category), []]));
  for (const one of holdings.flatMap(({ archived }) => Object.values(archived))) {
    if ('file' in one) files.set(one.file, [...(files.get(one.file) ?? []), one.lines]);
  }
  return files;
}

/** How many lines each file would have now, in the order of {@link filesOf}. */
export async function recordsOf(holdings: readonly Holding[], accountId: string): Promise<ReadonlyMap<string, number>> {
  const records = new Map([...filesOf(holdings).keys()].map((file) => [file, 0]));
  for (const { store, archived } of holdings) {
    if (!Object.values(archived).some((one) => 'file' in one)) continue;
    for (const [category, count] of Object.entries(await store.counts(accountId))) {
      const one = archived[category];
      if (one && 'file' in one) records.set(one.file, (records.get(one.file) ?? 0) + count);
    }
  }
  return records;
}

/** Asks for every category by the type of what the store counts. */
const holding = <Counted extends string>(
  store: DataStore & { counts(accountId: string): Promise<Readonly<Record<Counted, number>>> }, archived: Readonly<Record<Counted, Archived | Withheld>>,
): Holding => ({ store, archived });

const platformRows = (store: PlatformStore): Archived => ({ file: fileOf(store.category), lines: (accountId, gone) => store.read(accountId, gone) });

async function* messageLines(messages: ScheduledMessages, accountId: string): Lines {
  for (let after: Awaited<ReturnType<ScheduledMessages['list']>>['next'] | undefined; after !== null; ) {
    const { data, next } = await messages.list(accountId, { limit: pageSize, ...(after && { after }) });
    if (data.length > 0) yield ndjson(data);
    after = next;
  }
}

/** Which member of a staff it was is for the service to know; the customer learns in which role. */
async function* accessLines(accesses: DataAccesses, accountId: string): Lines {
  for (let before: number | undefined; ; ) {
    const rows = await accesses.list(accountId, { limit: pageSize, ...(before !== undefined && { before }) });
    if (rows.length > 0) yield ndjson(rows.map(({ category, actor, readAt }) => ({ category, role: actor.role, readAt })));
    if (rows.length < pageSize) return;
    before = rows.at(-1)!.position;
  }
}

/** One value a line. */
export const ndjson = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');
