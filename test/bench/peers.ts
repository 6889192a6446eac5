// Others who load a stream and append to it, and who only insert: the same accounts, the same events, the same server.
import { EventStore, EventType, type EventDetail } from '@castore/core';
import { PostgresEventStorageAdapter } from '@castore/event-storage-adapter-postgres';
import { CommandHandler, type Event } from '@event-driven-io/emmett';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';
import { uuidv7 } from '#event-store';
import { open, topUp } from '../stories/commands.js';
import { by } from './application.js';
import { inLanes, type Contender } from './measure.js';

export interface Peer extends Contender {
  close(): Promise<void>;
}

const opened = (): Record<string, unknown> => ({ ...open() });
const toppedUp = (accountId: string, nth: number): Record<string, unknown> => ({ ...topUp(1, `${accountId}-${nth}`) });

/** Castore with its own PostgreSQL adapter, which brings its own client and pool. */
export async function castore(url: string): Promise<Peer> {
  await PostgresEventStorageAdapter.createEventTable({ connectionString: url });
  const eventStorageAdapter = new PostgresEventStorageAdapter({ connectionString: url });
  interface Wallet {
    readonly aggregateId: string;
    readonly version: number;
    readonly topUps: number;
  }
  const store = new EventStore({
    eventStoreId: 'MEMBERSHIPS',
    eventTypes: [new EventType({ type: 'AccountOpened' }), new EventType({ type: 'WalletToppedUp' })],
    reducer: (wallet: Wallet, { aggregateId, version, type }: EventDetail): Wallet => ({
      aggregateId, version, topUps: type === 'WalletToppedUp' ? wallet.topUps + 1 : 0,
    }),
    eventStorageAdapter,
  });
  const push = (aggregateId: string, version: number, type: string, payload: Record<string, unknown>) =>
    store.pushEvent({ aggregateId, version, type, payload, metadata: by });
  return {
    open: (accountIds) => inLanes(accountIds, 16, (accountId) => push(accountId, 1, 'AccountOpened', opened())),
    async work(accountId, nth) {
      const { aggregate } = await store.getExistingAggregate(accountId);
      await push(accountId, aggregate.version + 1, 'WalletToppedUp', toppedUp(accountId, nth));
    },
    // Its client can be reached by no other way.
    close: () => (eventStorageAdapter as unknown as { _sql: { end(): Promise<void> } })._sql.end(),
  };
}

/** Emmett with its own PostgreSQL store, and the pool that it makes unless told otherwise. */
export async function emmett(url: string): Promise<Peer> {
  type Happened = Event<'AccountOpened' | 'WalletToppedUp', Record<string, unknown>>;
  const store = getPostgreSQLEventStore(url);
  await store.schema.migrate();
  const handle = CommandHandler<{ topUps: number }, Happened>({
    initialState: () => ({ topUps: 0 }),
    evolve: (wallet, { type }) => ({ topUps: type === 'WalletToppedUp' ? wallet.topUps + 1 : 0 }),
  });
  return {
    open: (accountIds) => inLanes(accountIds, 16, (accountId) => store.appendToStream<Happened>(accountId, [{ type: 'AccountOpened', data: opened() }])),
    work: (accountId, nth) => handle(store, accountId, () => ({ type: 'WalletToppedUp', data: toppedUp(accountId, nth) })),
    close: () => store.close(),
  };
}

/** One row of our log for each transaction and nothing else: no load, no decision, no order. A connection for every caller, the statement prepared. */
export async function plainInsert(url: string, connections: number): Promise<Peer> {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  await pool.query('CREATE TABLE plain_events (LIKE sunset.events INCLUDING ALL)');
  await pool.query('CREATE SEQUENCE plain_position');
  const text = `INSERT INTO plain_events (position, event_id, account_id, stream, version, type, schema_version, data, metadata, effective_at, recorded_at)
    VALUES (nextval('plain_position'), $1, $2, $2, $3, 'WalletToppedUp', 1, $4, $5, clock_timestamp(), clock_timestamp())`;
  return {
    open: async () => undefined,
    work: (accountId, nth) =>
      pool.query({ name: 'insert', text, values: [uuidv7(), accountId, nth, JSON.stringify(toppedUp(accountId, nth)), JSON.stringify(by)] }),
    close: () => pool.end(),
  };
}
