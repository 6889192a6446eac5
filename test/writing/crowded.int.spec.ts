// Whoever has to wait, or cannot be answered, costs nobody else anything.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Batches, Memberships, WritePath } from '#application';
import { lockAccount } from '#deadlines';
import type { Command } from '#domain';
import { EventStore } from '#event-store';
import { AnswerDue, type AnswerToKeep, keepAnswers } from '#kept-answers';
import { MasterKeyMissing } from '#personal-data';
import { Retry } from '#postgres';
import { byPlatform, core, type Core } from '../money/core.js';
import { change, open, topUp } from '../stories/commands.js';
import { anotherDatabase } from '../support/database.js';
import { hold } from '../support/hold.js';

let made: Core;
beforeAll(async () => {
  made = await core();
});
afterAll(() => made.close());

/** Whoever waits for an account. */
const longerThanTheTest = 600_000;

/** A batch waits five seconds for its answers. */
const longerThanWaitedFor = 5_300;

let named = 0;

/** Opened, on real time. */
async function accounts(count: number): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, () => `crowd-${(named += 1)}`);
  await Promise.all(ids.map((accountId) => made.memberships.handle(accountId, open(), byPlatform)));
  return ids;
}

const tell = (accountId: string, command: Command) => made.memberships.handle(accountId, command, byPlatform);
const balances = async (ids: readonly string[]) => Promise.all(ids.map(async (accountId) => (await made.memberships.read(accountId)).state.wallet.balance));

describe('an account that somebody holds', () => {
  /** More than there are connections. */
  const crowd = 30;

  it.each<[string, (accountId: string, n: number) => Promise<unknown>]>([
    ['commands', (accountId, n) => tell(accountId, topUp(1, `${accountId}.${n}`))],
    ['commands made by asking', (accountId, n) => made.memberships.handle(accountId, () => topUp(1, `${accountId}.${n}`), byPlatform)],
    ['work alongside', (accountId) => made.memberships.alongside(accountId, () => Promise.resolve(), byPlatform)],
  ])('leaves the others a connection, however many %s want it', async (what, want) => {
    const [held, other] = (await accounts(2)) as [string, string];
    const letGo = await hold(made.database, () => lockAccount(made.database, held));
    const waiting = Promise.all(Array.from({ length: crowd }, (_, n) => want(held, n)));
    try {
      // Each batch has sent one of them away by then.
      for (let n = 0; n < crowd; n += 1) await tell(other, topUp(1, `${other}.${n}`));
    } finally {
      await letGo();
    }
    await waiting;
    expect(await balances([other, held])).toEqual([crowd, what === 'work alongside' ? 0 : crowd]);
  }, 30_000);
});

describe('accounts that somebody holds', () => {
  it('leave the others a connection, however many accounts one asker wants', async () => {
    const [other, ...held] = (await accounts(31)) as [string, ...string[]];
    const elsewhere = await anotherDatabase(made.url);
    const letGo = await hold(elsewhere.database, async () => {
      for (const accountId of held) await lockAccount(elsewhere.database, accountId);
    });
    const path = made.context.get(WritePath);
    const memberships = new Memberships(made.database, path, new Batches(made.database, made.context.get(EventStore), path, longerThanTheTest));
    const waiting = Promise.all(held.map((accountId) => memberships.handle(accountId, topUp(1, `${accountId}.1`), byPlatform)));
    try {
      for (let n = 0; n < 10; n += 1) await memberships.handle(other, topUp(1, `${other}.${n}`), byPlatform);
      await memberships.handle(other, () => topUp(1, `${other}.asked`), byPlatform);
    } finally {
      await letGo();
      await waiting;
      await elsewhere.close();
    }
    expect(await balances([other, ...held])).toEqual([11, ...held.map(() => 1)]);
  }, 300_000);
});

describe('an account whose key was wrapped by a master key that this process lacks', () => {
  it('is told so, and costs none of the others anything', async () => {
    const ids = await accounts(64);
    await made.database.query(`UPDATE sunset.account_keys SET wrapped = '\\x0102030405060708'::bytea || substring(wrapped FROM 9) WHERE account_id = $1`, [ids[11]]);
    const results = await Promise.allSettled(ids.map((accountId) => tell(accountId, change({ name: 'Another Name' }))));
    expect(results.flatMap((one, index) => (one.status === 'rejected' ? [[index, (one.reason as Error).name]] : []))).toEqual([[11, 'MasterKeyMissing']]);
  });
});

describe('an answer that cannot be kept', () => {
  const poisons: Readonly<Record<string, () => Error>> = { 'an answer that is broken': () => new Error('broken'), 'an answer that nobody here can seal': () => new MasterKeyMissing('of another process') };

  const keep = async (answers: readonly AnswerToKeep[]): Promise<void> => {
    for (const { body } of answers) if (poisons[body!]) throw poisons[body!]!();
    if (!(await keepAnswers(made.database, answers))) throw new Retry('kept already');
  };

  const once = (accountId: string, body: string, afterwards: () => Promise<unknown> = () => Promise.resolve()): Promise<unknown> =>
    made.database.lazily(async () => {
      const due = new AnswerDue({ id: createHash('sha256').update(accountId).digest('hex'), fingerprint: '00' }, keep);
      await due.during(() => tell(accountId, topUp(7, accountId)));
      await afterwards();
      const answer = { request: due.request, accountId, status: 200, headers: {}, body };
      await (due.isTaken ? due.give(answer) : keep([answer]));
    });

  it.each(Object.keys(poisons))('costs its own request, which is told why, and none of the others: %s', async (poison) => {
    const ids = await accounts(64);
    const results = await Promise.allSettled(ids.map((accountId, index) => once(accountId, index === 20 ? poison : 'good')));
    expect(results.flatMap((one, index) => (one.status === 'rejected' ? [[index, one.reason as unknown]] : []))).toEqual([[20, poisons[poison]!()]]);
    expect(await balances(ids)).toEqual(ids.map((_, index) => (index === 20 ? 0 : 7)));
  });

  it('in time is made again, and what was written for it too late is written once', async () => {
    await made.database.query('CREATE TABLE noted (account_id text)');
    const ids = await accounts(16);
    let tries = 0;
    const slowly = async (): Promise<void> => {
      if ((tries += 1) === 1) await sleep(longerThanWaitedFor);
      await made.database.query('INSERT INTO noted VALUES ($1)', [ids[4]]);
    };
    await Promise.all(ids.map((accountId, index) => once(accountId, 'good', index === 4 ? slowly : undefined)));
    expect([tries, await made.database.query('SELECT account_id FROM noted')]).toEqual([2, [{ account_id: ids[4] }]]);
    expect(await balances(ids)).toEqual(ids.map(() => 7));
  }, 30_000);
});
