// What the tests of this library share: a database with its tables, a handler that writes down what it fires, a connection that can be cut.
import { createServer, connect as dial, type AddressInfo, type Socket } from 'node:net';
import { beforeEach } from '@jest/globals';
import { type Instant, plusMs } from '#kernel';
import type { Database } from '#postgres';
import type { QueueBackend } from '#running';
import { type AlarmPayload, Alarms, Clock, type ConsumerSettings, type Deadline, DeadlineConsumer, type DeadlineHandler, Deadlines, DeadlineWorker, type DeadlineWorkerSettings, type DueDeadline, migrations } from '../src/index.js';
import { closingAfterEach } from '../../../test/support/afterwards.js';
import { freshDatabase } from '../../../test/support/database.js';

export { anotherDatabase } from '../../../test/support/database.js';
export { eventually } from '../../../test/support/eventually.js';

export interface Fixture {
  readonly url: string;
  /** Past any pooler. */
  readonly directUrl: string;
  readonly database: Database;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  close(): Promise<void>;
}

export async function fixture(): Promise<Fixture> {
  const fresh = await freshDatabase({ migrations, poolSize: 12 });
  const { url, directUrl, database } = fresh;
  await database.query('CREATE TABLE firings (account_id text, kind text, due_at timestamptz(3), now timestamptz(3), at timestamptz(3) DEFAULT clock_timestamp())');
  return { url, directUrl, database, deadlines: new Deadlines(database), clock: new Clock(database), close: () => fresh.drop() };
}

export const deadline = (kind: string, dueAt: Instant, rest: Partial<Deadline> = {}): Deadline => ({
  kind,
  subject: '',
  generation: 1,
  dueAt,
  held: false,
  ...rest,
});

/** Sets one deadline `inMs` from now, on real time, and returns its id. */
export async function set({ deadlines, clock }: Pick<Fixture, 'deadlines' | 'clock'>, accountId: string, kind: string, inMs: number): Promise<string> {
  const now = await clock.now(null);
  await deadlines.sync(accountId, null, { put: [deadline(kind, plusMs(now, inMs))], fired: [], void: [] }, now);
  const row = (await deadlines.forAccount(accountId)).find((candidate) => candidate.kind === kind);
  accounts.set(row!.deadlineId, accountId);
  return row!.deadlineId;
}

const accounts = new Map<string, string>();

/** What rings for a row of {@link set}; of any other id: as if it were somebody's. */
export const alarmOf = (deadlineId: string, generation: number, accountId = accounts.get(deadlineId) ?? 'somebody'): AlarmPayload => ({ deadlineId, accountId, generation });

/** Carries out one after the other: whatever one of them throws undoes them all. */
export const oneByOne = (handler: (due: DueDeadline) => Promise<void>): DeadlineHandler => async (due) => {
  for (const one of due) await handler(one);
  return due.map(() => 'carried-out');
};

/** Fires by the book, and leaves a line behind in the same transaction; `before` may fail, or be slow. */
export function recordingConsumer(
  { database, deadlines, clock }: Pick<Fixture, 'database' | 'deadlines' | 'clock'>,
  settings: ConsumerSettings = {},
  before: (due: DueDeadline) => Promise<void> = async () => undefined,
): DeadlineConsumer {
  return new DeadlineConsumer(
    database,
    oneByOne(async (due) => {
      const now = await clock.now(due.testClockId);
      await database.query('INSERT INTO firings (account_id, kind, due_at, now) VALUES ($1, $2, $3, $4)', [due.accountId, due.kind, due.dueAt, now]);
      await before(due);
      await deadlines.sync(due.accountId, due.testClockId, { put: [], fired: [due], void: [] }, now);
    }),
    settings,
  );
}

export interface Rig extends Omit<Fixture, 'close'> {
  /** A worker that works until the test is over; `null`: without a queue. */
  begin(backend: QueueBackend | null, settings?: DeadlineWorkerSettings & { readonly queues?: number }, consumer?: DeadlineConsumer): DeadlineWorker;
  /** What is to be done when the test is over, the last first. */
  afterwards(close: () => unknown): void;
}

/** Each test of the file has a database of its own. */
export function rig(): Rig {
  const afterwards = closingAfterEach();
  let current: Fixture;
  beforeEach(async () => {
    const made = await fixture();
    current = made;
    afterwards(() => made.close());
  });
  return {
    get url() { return current.url; },
    get directUrl() { return current.directUrl; },
    get database() { return current.database; },
    get deadlines() { return current.deadlines; },
    get clock() { return current.clock; },
    begin(backend, { queues = 1, ...settings } = {}, consumer = recordingConsumer(current)) {
      const alarms = backend && new Alarms(backend, { queues });
      const worker = new DeadlineWorker(current.database, consumer, alarms, settings);
      worker.start();
      afterwards(async () => {
        await worker.stop();
        await alarms?.close();
      });
      return worker;
    },
    afterwards,
  };
}

export interface Firing {
  readonly accountId: string;
  readonly kind: string;
  readonly dueAt: Instant;
  readonly now: Instant;
  readonly at: Instant;
}

export const firings = ({ database }: Pick<Fixture, 'database'>): Promise<Firing[]> =>
  database.query<Firing>('SELECT account_id AS "accountId", kind, due_at AS "dueAt", now, at FROM firings ORDER BY at');

interface Way {
  readonly port: number;
  cut(): void;
  mend(): void;
  /** From now on what is connected stays so and hears nothing more, as when a host is gone without a word; new connections get through. */
  silence(): void;
  close(): Promise<void>;
}

/** A way to a server that can be cut and mended, for a server that goes away and comes back. */
export async function cuttable(host: string, port: number): Promise<Way> {
  let isCut = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = dial(port, host);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    if (isCut) client.destroy();
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    mend: () => {
      isCut = false;
    },
    silence: () => {
      for (const socket of sockets) socket.unpipe();
    },
    close: async () => {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Sets one deadline for each of so many accounts, a little one after the other. */
export async function setMany({ deadlines, clock }: Pick<Fixture, 'deadlines' | 'clock'>, prefix: string, count: number, inMs: number): Promise<void> {
  const now = await clock.now(null);
  for (let index = 0; index < count; index += 1) await deadlines.sync(`${prefix}-${index}`, null, { put: [deadline('a', plusMs(now, inMs + index * 20))], fired: [], void: [] }, now);
}

/** That backend, and how many alarms of each queue have rung. */
export function counted(backend: QueueBackend): { readonly backend: QueueBackend; readonly rung: Map<string, number> } {
  const rung = new Map<string, number>();
  return {
    rung,
    backend: {
      get available() { return backend.available; },
      openQueue: (...asked) => backend.openQueue(...asked),
      openWorker: (name, concurrency, process, onError) => backend.openWorker(name, concurrency, async (job) => {
        rung.set(name, (rung.get(name) ?? 0) + 1);
        return process(job as never);
      }, onError),
      close: () => backend.close(),
    },
  };
}
