// Where nothing is wrong, nothing is found: lives of the simulation, whole and broken off anywhere, and lives through the use cases. `SEED` and `LIVES` say which and how many.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrations } from '#application';
import { accountsAfter, Auditor, lookAt, type Rearming } from '#audit';
import { Deadlines } from '#deadlines';
import { fold, membershipEvents, noMembership, openDeadlines, type MembershipEvent } from '#domain';
import { EventStore } from '#event-store';
import { instant, type Metadata } from '#kernel';
import { MasterKeys, PersonalData } from '#personal-data';
import { Projections } from '#projections';
import { projections as every } from '#read-models';
import { catchUp, core } from '../../apps/worker/test/core.js';
import { live } from '../../apps/worker/test/lives.js';
import { anyLife } from '../simulation/any-life.js';
import { Coverage } from '../simulation/coverage.js';
import { Random } from '../simulation/random.js';
import { anotherDatabase, freshDatabase, type FreshDatabase } from '../support/database.js';
import { hold } from '../support/hold.js';

const seed = Number(process.env['SEED'] ?? 20_261_127);
const lives = Number(process.env['LIVES'] ?? 60);
const by: Metadata = { actor: { role: 'system', id: 'test' }, channel: 'test', correlationId: 'c', causationId: 'r' };

describe('lives of the simulation', () => {
  let fresh: FreshDatabase;
  beforeAll(async () => {
    fresh = await freshDatabase({ migrations });
  });
  afterAll(() => fresh.drop());

  it(`are found to be as they should, ${lives} of them from seed ${seed}`, async () => {
    const { database } = fresh;
    const store = new EventStore<MembershipEvent>(database, new PersonalData(database, new MasterKeys([randomBytes(32)])), membershipEvents);
    const projections = new Projections(database, store, every, { batch: 500 });
    await projections.ensureTables();
    const now = instant('2026-11-27T00:00:00Z');
    for (let index = 0; index < lives; index += 1) {
      const accountId = `life-${String(index).padStart(5, '0')}`;
      const random = new Random(seed + index);
      const { events } = anyLife(seed + index, new Coverage());
      const lived = events.slice(0, random.chance(0.3) ? events.length : 1 + random.below(events.length));
      const waits = openDeadlines(fold(noMembership(accountId), lived));
      await database.transaction(async () => {
        await new Deadlines(database).sync(accountId, null, { put: waits, fired: [], void: [] }, now);
        await store.append(accountId, 0, lived, by);
      });
      // The followers are anywhere.
      if (random.chance(0.05)) for (const name of projections.names) await projections.step(name);
    }
    const accountIds = await accountsAfter(database, '', lives + 1);
    expect(accountIds).toHaveLength(lives);
    const { findings } = await lookAt(database, null, accountIds);
    // Of what is asked of the outside world and of the purge nothing was written.
    expect(findings.filter(({ finding }) => finding !== 'effect-missing')).toEqual([]);
  }, 600_000);

  it('are looked at by a walk that takes longer than anybody else may be silent in a transaction', async () => {
    const other = await anotherDatabase(fresh.url, { silenceLimitMs: 200 });
    try {
      const rearming: Rearming = { sayAgain: async () => undefined, askAgain: async () => undefined, feedAgain: async () => undefined };
      const letGo = await hold(fresh.database, () => fresh.database.query('LOCK TABLE sunset.deadlines IN ACCESS EXCLUSIVE MODE'));
      const round = new Auditor(other.database, null, rearming, { accountsAtOnce: 1 }).round();
      await Promise.race([round, sleep(1_000)]).catch(() => undefined);
      await letGo();
      await round;
      expect(await other.database.query('SELECT accounts FROM sunset.audit_walk')).toEqual([{ accounts: 1 }]);
    } finally {
      await other.close();
    }
  }, 120_000);
});

it('lives through the use cases are found to be as they should', async () => {
  const made = await core();
  try {
    const projections = made.projections(50);
    await projections.ensureTables();
    for (const own of [3, 4, 6]) await live(made, `seed-${own}`, own, 25);
    await catchUp(projections);
    expect((await lookAt(made.database, null, await accountsAfter(made.database, '', 10))).findings).toEqual([]);
  } finally {
    await made.close();
  }
}, 600_000);
