// Many at once: each gets what he asked for or his own no, and what he was told is on disk.
import { createHash } from 'node:crypto';
import type { Type } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Batches, CarrierHoldings, Memberships, WritePath } from '#application';
import { builtInPolicy, type Command, type MembershipEvent } from '#domain';
import { appendLock, EventStore, ShardHeld } from '#event-store';
import { AnswerDue, type AnswerToKeep, keepAnswers } from '#kept-answers';
import { Refused, type Metadata } from '#kernel';
import { Clock, DeadlineConsumer, Deadlines, lockAccount } from '#deadlines';
import { Directory } from '#directory';
import { Effects, Notices } from '#effects';
import { PurgeGuard, Purges } from '#purge';
import { ScheduledMessages } from '#scheduled-messages';
import { Retry } from '#postgres';
import { isUnavailable } from '#running';
import { DeadlineCommands } from '../../apps/worker/src/deadline-commands.js';
import { byPlatform, core, type Core } from '../money/core.js';
import { open, subscribe, topUp } from '../stories/commands.js';
import { hold } from '../support/hold.js';

let made: Core;
beforeAll(async () => {
  made = await core();
});
afterAll(() => made.close());
afterEach(() => {
  jest.restoreAllMocks();
});

const many = 64;
let named = 0;

/** Opened, on real time. */
async function accounts(count = many): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, () => `many-${(named += 1)}`);
  await Promise.all(ids.map((accountId) => made.memberships.handle(accountId, open(), byPlatform)));
  return ids;
}

const tell = (accountId: string, command: Command, metadata: Metadata = byPlatform) => made.memberships.handle(accountId, command, metadata);

/** It knows of no account what it has written. */
function anotherProcess(): Memberships {
  const get = <Part>(part: Type<Part>): Part => made.context.get(part);
  const store = get<EventStore<MembershipEvent>>(EventStore);
  const path = new WritePath(
    made.database, store, get(Deadlines), get(Clock), get(ScheduledMessages), get(Effects), get(Notices), get(CarrierHoldings), get(Directory), get(Purges), get(PurgeGuard), builtInPolicy,
  );
  return new Memberships(made.database, path, new Batches(made.database, store, path));
}

const balances = async (ids: readonly string[]) => Promise.all(ids.map(async (accountId) => (await made.memberships.read(accountId)).state.wallet.balance));
const rejected = (results: readonly PromiseSettledResult<unknown>[]) => results.flatMap((one, index) => (one.status === 'rejected' ? [index] : []));
const transactions = async (ids: readonly string[]) =>
  (await made.database.query<{ count: number }>(`SELECT count(DISTINCT xmin::text) AS count FROM sunset.events WHERE account_id = ANY ($1) AND type = 'WalletToppedUp'`, [ids]))[0]!.count;
/** Of several shards each writes its own. */
const few = (most: number): number => (made.database.shards === 1 ? most : 4 * most);

describe('while somebody holds the log and does not write', () => {
  it('many at once are told so together, and write when he has gone', async () => {
    const ids = await accounts(8);
    const letGo = await hold(made.database, async () => {
      for (let shard = 0; shard < made.database.shards; shard += 1) await made.database.query('SELECT pg_advisory_xact_lock($1::integer, $2::integer)', [appendLock, shard]);
    });
    const appends = jest.spyOn(EventStore.prototype, 'appendAll');
    const told = await Promise.allSettled(ids.map((accountId) => tell(accountId, topUp(5, accountId))));
    await letGo();
    // Those whose turn did not come meanwhile hear the same of it.
    expect(told.map((one) => one.status === 'rejected' && isUnavailable(one.reason))).toEqual(ids.map(() => true));
    expect(told.some((one) => one.status === 'rejected' && one.reason instanceof ShardHeld)).toBe(true);
    // The first goes alone, and those who come meanwhile together.
    expect(appends.mock.calls.length).toBeLessThanOrEqual(2 * made.database.shards);
    expect(await balances(ids)).toEqual(ids.map(() => 0));
    await Promise.all(ids.map((accountId) => tell(accountId, topUp(5, accountId))));
    expect(await balances(ids)).toEqual(ids.map(() => 5));
  });
});

describe('many at once', () => {
  it('are a few transactions, each account with its own events in order', async () => {
    const ids = await accounts();
    await Promise.all(ids.flatMap((accountId) => [1, 2, 3].map((amount) => tell(accountId, topUp(amount, `${accountId}.${amount}`)))));
    expect(await balances(ids)).toEqual(ids.map(() => 6));
    expect(await transactions(ids)).toBeLessThan(few(20));
    for (const accountId of ids.slice(0, 5)) {
      expect((await (await made.memberships.read(accountId)).events()).flatMap((event) => (event.type === 'WalletToppedUp' ? [[event.version, event.data.topUpId]] : []))).toEqual([[2, `${accountId}.1`], [3, `${accountId}.2`], [4, `${accountId}.3`]]);
    }
  });

  it('are refused one by one: of 64, one whose no is his own', async () => {
    const ids = await accounts();
    const results = await Promise.allSettled(ids.map((accountId, index) => tell(accountId, index === 40 ? open() : topUp(5, accountId))));
    expect(rejected(results)).toEqual([40]);
    expect((results[40] as PromiseRejectedResult).reason).toMatchObject({ refusal: { refused: 'account_exists' } });
    expect(await balances(ids)).toEqual(ids.map((_, index) => (index === 40 ? 0 : 5)));
    expect(await transactions(ids)).toBeLessThan(few(10));
  });

  it('lose nobody to one whose row the database refuses: 63 of 64 are there', async () => {
    const ids = await accounts();
    const poison = topUp(5, 'a \u0000 that JSON knows and PostgreSQL does not');
    const results = await Promise.allSettled(ids.map((accountId, index) => tell(accountId, index === 17 ? poison : topUp(5, accountId))));
    expect(rejected(results)).toEqual([17]);
    expect((results[17] as PromiseRejectedResult).reason).toMatchObject({ driverError: { code: '22P05' } });
    expect(await balances(ids)).toEqual(ids.map((_, index) => (index === 17 ? 0 : 5)));
  });

  it('do not wait for the one whose account somebody holds, and he gets it afterwards', async () => {
    const ids = await accounts();
    let letGo!: () => void;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    let locked!: () => void;
    const isLocked = new Promise<void>((resolve) => (locked = resolve));
    const holding = made.database.transaction(async () => {
      await lockAccount(made.database, ids[3]!);
      locked();
      await held;
    });
    await isLocked;
    const told: number[] = [];
    const all = ids.map((accountId, index) => tell(accountId, topUp(5, accountId)).then(() => told.push(index)));
    await Promise.all(all.filter((_, index) => index !== 3));
    expect(told).toHaveLength(63);
    letGo();
    await Promise.all([...all, holding]);
    expect(await balances(ids)).toEqual(ids.map(() => 5));
  });

  it('decide by what another process has written meanwhile', async () => {
    const [accountId] = (await accounts(1)) as [string];
    const elsewhere = anotherProcess();
    await tell(accountId, topUp(1, 'here'));
    await elsewhere.handle(accountId, topUp(10, 'there'), byPlatform);
    expect((await tell(accountId, topUp(100, 'here again'))).state.wallet.balance).toBe(111);
    expect((await elsewhere.read(accountId)).state.wallet.balance).toBe(111);
  });
});

describe('a connection that is cut', () => {
  it('before the commit leaves nothing of the batch, and asked again all of it is there, once', async () => {
    const ids = await accounts();
    const store = made.context.get(EventStore);
    const append = store.appendAll.bind(store);
    const cut = jest.spyOn(store, 'appendAll').mockImplementation(async (appends) => {
      const appended = await append(appends);
      await made.database.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
      return appended;
    });
    const results = await Promise.allSettled(ids.map((accountId) => tell(accountId, topUp(5, accountId))));
    expect(rejected(results)).toHaveLength(many);
    cut.mockRestore();
    expect(await balances(ids)).toEqual(ids.map(() => 0));
    await Promise.all(ids.map((accountId) => tell(accountId, topUp(5, accountId))));
    expect(await balances(ids)).toEqual(ids.map(() => 5));
  });

  it('while it commits is told to all, and nothing is done twice by itself', async () => {
    const ids = await accounts(8);
    const { database } = made;
    const commit = (Reflect.get(database, 'commit') as (transaction: unknown) => Promise<void>).bind(database);
    Reflect.set(database, 'commit', async (transaction: unknown) => {
      await commit(transaction);
      throw new Error('the answer to the commit was lost');
    });
    const results = await Promise.allSettled(ids.map((accountId) => tell(accountId, topUp(5, `${accountId}.cut`))));
    Reflect.deleteProperty(database, 'commit');
    expect(rejected(results)).toHaveLength(8);
    expect(await balances(ids)).toEqual(ids.map(() => 5));
  });
});

describe('deadlines', () => {
  it('that were taken up too early are said again by the account, whose state was known', async () => {
    const [accountId] = (await accounts(1)) as [string];
    await tell(accountId, subscribe('messaging-monthly', { as: `${accountId}.plan` }));
    const commands = made.context.get(DeadlineCommands);
    const consumer = new DeadlineConsumer(made.database, (due, alone) => commands.carryOut(due, alone));
    const [row] = await made.context.get(Deadlines).forAccount(accountId);
    await made.database.query(`UPDATE sunset.deadlines SET due_at = now() - interval '1 second' WHERE deadline_id = $1`, [row!.deadlineId]);
    expect(await consumer.fire(row!)).toBe('moved');
    expect(await made.context.get(Deadlines).get(row!.deadlineId)).toMatchObject({ status: 'pending', dueAt: row!.dueAt, attempts: 0 });
  });
});

describe('rows of deadlines', () => {
  it('are said again by a process that has not said them', async () => {
    const [accountId] = (await accounts(1)) as [string];
    await tell(accountId, subscribe('messaging-monthly', { as: `${accountId}.plan` }));
    const kinds = async () => (await made.context.get(Deadlines).forAccount(accountId)).map(({ kind }) => kind);
    const said = await kinds();
    await made.database.query('DELETE FROM sunset.deadlines WHERE shard = sunset.shard_of($1) AND account_id = $1', [accountId]);
    await tell(accountId, topUp(1, 'here'));
    expect(await kinds()).toEqual([]);
    await anotherProcess().handle(accountId, topUp(1, 'there'), byPlatform);
    expect([said.length > 0, await kinds()]).toEqual([true, said]);
  });
});

describe('answers that are kept', () => {
  const requestOf = (id: string) => ({ id: createHash('sha256').update(id).digest('hex'), fingerprint: '00' });
  const keep = async (answers: readonly AnswerToKeep[]): Promise<void> => {
    if (!(await keepAnswers(made.database, answers))) throw new Retry('kept already');
  };

  /** As a request with a key does it: the answer is made of the account that the batch is about to write. */
  const once = (accountId: string, command: Command, answer: (balance: number) => string = String): Promise<string> =>
    made.database.lazily(async () => {
      const due = new AnswerDue(requestOf(accountId), keep);
      let body: string;
      try {
        body = answer((await due.during(() => tell(accountId, command))).state.wallet.balance);
      } catch (error) {
        if (!(error instanceof Refused)) {
          due.giveUp();
          throw error;
        }
        body = error.refusal.refused;
      }
      expect(due.isTaken).toBe(true);
      await due.give({ request: due.request, accountId, status: 200, headers: {}, body });
      return body;
    });

  const keptWith = (ids: readonly string[]) =>
    made.database.query<{ id: string; body: string; together: boolean }>(
      `SELECT k.account_id AS id, k.body, EXISTS (SELECT FROM sunset.events e WHERE e.account_id = k.account_id AND e.type = 'WalletToppedUp' AND e.xmin = k.xmin) AS together
       FROM sunset.idempotency_keys k WHERE k.account_id = ANY ($1) ORDER BY k.account_id COLLATE "C"`,
      [ids],
    );

  it('stand in the transaction of what they tell, refusals too', async () => {
    const ids = (await accounts()).toSorted();
    const answers = await Promise.all(ids.map((accountId, index) => once(accountId, index === 9 ? open() : topUp(7, accountId))));
    expect(answers).toEqual(ids.map((_, index) => (index === 9 ? 'account_exists' : '7')));
    expect(await keptWith(ids)).toEqual(ids.map((id, index) => ({ id, body: answers[index], together: index !== 9 })));
    expect(await transactions(ids)).toBeLessThan(few(10));
  });

  it('are kept by nobody whose answer cannot be made: it is undone, and the others are there once', async () => {
    const ids = (await accounts()).toSorted();
    const broken = (): string => {
      throw new Error('no answer');
    };
    const results = await Promise.allSettled(ids.map((accountId, index) => once(accountId, topUp(7, accountId), index === 30 ? broken : String)));
    expect(rejected(results)).toEqual([30]);
    expect(await balances(ids)).toEqual(ids.map((_, index) => (index === 30 ? 0 : 7)));
    expect((await keptWith(ids)).map(({ id }) => id)).toEqual(ids.filter((_, index) => index !== 30));
  });

  it('are given to one of several who use the same key at once', async () => {
    const [accountId] = (await accounts(1)) as [string];
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => once(accountId, topUp(7, accountId))));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await balances([accountId])).toEqual([7]);
  });
});
