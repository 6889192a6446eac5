// Two releases at work on one database: the older one leaves alone what it cannot read, and does not stand in the newer one's way.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccountEffects, reapplyPurges } from '#application';
import { DeadlineConsumer, Deadlines, DeadlineWorker, type DueDeadline } from '#deadlines';
import { membershipEvents, type MembershipEvent } from '#domain';
import { type EffectCommands, EffectQueries, Effects, EffectsEngine, SandboxCarrier } from '#effects';
import { EventStore, WrittenByNewerRelease } from '#event-store';
import { event, type EventOf, type Instant, instant } from '#kernel';
import { PersonalData } from '#personal-data';
import { Projections } from '#projections';
import { projections as every } from '#read-models';
import { DeadlineCommands } from '../../apps/worker/src/deadline-commands.js';
import type { EarlierLife } from '../faults/earlier-lives.js';
import { byWorker } from '../money/core.js';
import { rig, type Rig } from '../purge/rig.js';
import { eventually } from '../support/eventually.js';
import { standIn } from '../support/stand-in.js';

const Hinted = event('Hinted')<{ hint: string }>();
type NewerEvent = MembershipEvent | EventOf<typeof Hinted>;

let r: Rig;
let deadlines: Deadlines;
let effects: EffectQueries;
/** What a process of the newer release has. */
let newer: EventStore<NewerEvent>;
beforeAll(async () => {
  r = await rig();
  deadlines = r.context.get(Deadlines);
  effects = r.context.get(EffectQueries);
  newer = new EventStore<NewerEvent>(r.database, r.context.get(PersonalData), [...membershipEvents, Hinted]);
}, 120_000);
afterAll(() => r.close());

const at = async (): Promise<Instant> => instant(await r.earlier.now());

/** An account for which something is due, and that the newer release then writes to. With the expiry due, its number waits for the carrier. */
async function writtenTo(waitsFor: 'release-numbers' | 'expire-ten-dlc'): Promise<EarlierLife> {
  const life = await r.earlier.begin(waitsFor, (await r.earlier.now()) - 60_000);
  await hint(life.accountId);
  return life;
}

async function hint(accountId: string): Promise<void> {
  const { length: version } = await newer.load(accountId);
  await newer.append(accountId, version, [Hinted(await at(), { hint: 'new' })], byWorker);
}

describe('an account that a newer release has written to', () => {
  it('is told by the older one to nobody', async () => {
    const { accountId } = await writtenTo('release-numbers');
    await expect(r.memberships.read(accountId)).rejects.toThrow(WrittenByNewerRelease);
    await expect(r.memberships.bringUpToDate(accountId, byWorker)).rejects.toThrow(WrittenByNewerRelease);
    expect(r.context.get(EventStore).newerRelease).toBe('Hinted version 1');
    expect(newer.newerRelease).toBeNull();
  });

  it('keeps its deadlines and effects, uncounted, and does not keep others waiting', async () => {
    const { accountId } = await writtenTo('expire-ten-dlc');
    const other = await r.earlier.begin('release-numbers', (await r.earlier.now()) - 60_000);
    const commands = r.context.get(DeadlineCommands);
    const consumer = new DeadlineConsumer(r.database, (due, alone) => commands.carryOut(due, alone), { attempts: 2, backOff: { firstMs: 1, longestMs: 1 } });
    const worker = new DeadlineWorker(r.database, consumer, null, { sweepEveryMs: 10 });
    const carrier = new SandboxCarrier(r.database, async () => (text) => text);
    const engine = new EffectsEngine(r.database, [carrier], r.context.get(AccountEffects), null, { attemptsMost: 2, sweepEveryMs: 10, graceMs: 0 });
    worker.start();
    engine.start();
    await eventually('others go on', async () => (await effects.forAccount(other.accountId)).some(({ status }) => status === 'done'));
    await eventually('it was met', () => consumer.leftAlone.keys().length > 0);
    await eventually('its effect was given back', async () => (await effects.forAccount(accountId))[0]!.lastOutcome === 'unavailable');
    await Promise.all([worker.stop(), engine.stop()]);

    const due = (await deadlines.forAccount(accountId)).filter(({ status }) => !['fired', 'void'].includes(status));
    expect(due.map(({ status, attempts, lastError }) => [status, attempts, lastError])).toEqual(due.map(() => ['pending', 0, null]));
    const now = await at();
    expect(due.filter(({ dueAt }) => dueAt <= now).map(({ kind }) => kind)).toContain('expire-ten-dlc');
    const [effect] = await effects.forAccount(accountId);
    // How often it was taken up goes by how long the others took.
    expect(effect).toMatchObject({ status: 'pending', reason: 'newer-release' });
    const [row] = await r.database.query<{ failures: number }>('SELECT failures FROM sunset.effects WHERE effect_id = $1', [effect!.effectId]);
    expect(row!.failures).toBe(0);
    expect(await r.context.get(Effects).withdraw(accountId, 'release-number', [effect!.subject])).toEqual([effect!.subject]);
  });

  it('between the taking up and the request, keeps its effect likewise: nobody is asked', async () => {
    const { accountId } = await r.earlier.begin('expire-ten-dlc', (await r.earlier.now()) + 3_600_000);
    const own = r.context.get(AccountEffects);
    const commands: EffectCommands = {
      resolve: async (effect) => {
        const target = await own.resolve(effect);
        if (effect.accountId === accountId && (await newer.load(accountId)).at(-1)!.type !== 'Hinted') await hint(accountId);
        return target;
      },
      conclude: (...result) => own.conclude(...result), abandon: (...left) => own.abandon(...left), recordRetry: (...retry) => own.recordRetry(...retry),
    };
    const engine = new EffectsEngine(r.database, [new SandboxCarrier(r.database, async () => (text) => text)], commands, null, { sweepEveryMs: 10, graceMs: 0 });
    engine.start();
    await eventually('its effect was given back', async () => (await effects.forAccount(accountId))[0]!.reason === 'newer-release');
    await engine.stop();
    const [effect] = await effects.forAccount(accountId);
    expect(effect).toMatchObject({ status: 'pending', lastOutcome: 'unavailable' });
    expect(await r.database.query('SELECT FROM sunset.sandbox_carrier_releases WHERE idempotency_key = $1', [effect!.effectId])).toEqual([]);
    expect(await r.context.get(Effects).withdraw(accountId, 'release-number', [effect!.subject])).toEqual([effect!.subject]);
  });

  it('has its purge neither counted nor given up, and an entry of the purge ledger does not stop the start', async () => {
    const life = await r.earlier.begin('purge-data', (await r.earlier.now()) - 60_000);
    await r.memberships.bringUpToDate(life.accountId, byWorker);
    await hint(life.accountId);
    const engine = r.engine({ attemptsMost: 1 });
    while (await engine.runOne());
    expect(await r.purges.get(`${life.accountId}.1`)).toMatchObject({ status: 'running', step: 'markers', attempts: 0 });
    expect(await r.ledger.purgeIds()).toContain(`${life.accountId}.1`);
    expect(await reapplyPurges(r.ledger, r.purges, r.commands)).toEqual([]);
  });
});

describe('a deadline of a kind that only a newer release knows', () => {
  it('is left to it', async () => {
    const due = standIn<DueDeadline>({ kind: 'remind-somebody', accountId: 'a', deadlineId: 'd' });
    expect(await r.context.get(DeadlineCommands).carryOut([due], true)).toEqual([expect.any(WrittenByNewerRelease)]);
  });
});

describe('a projection', () => {
  it('is left by the older release as it found it, and brought on by the newer one', async () => {
    await writtenTo('release-numbers');
    const older = new Projections(r.database, r.context.get(EventStore), every, { batch: 50 });
    await older.ensureTables();
    const stepped = async (): Promise<void> => {
      for (;;) if ((await older.step('ledger_lines')) === 0) return;
    };
    const checkpoint = () => r.database.query(`SELECT position, attempts, next_attempt_at, last_error FROM sunset.projections WHERE name = 'ledger_lines'`);
    await expect(stepped()).rejects.toThrow(WrittenByNewerRelease);
    const before = await checkpoint();
    expect(before).toMatchObject([{ attempts: 0, next_attempt_at: null, last_error: null }]);
    const heard: string[] = [];
    const running = new AbortController();
    const followed = older.run({ signal: running.signal, idleMs: 10, onError: (_, name) => heard.push(`${name} failed`), onRecovery: (name) => heard.push(`${name} works again`) });
    await sleep(300);
    running.abort();
    await followed;
    expect([await checkpoint(), heard.filter((one) => one.startsWith('ledger_lines'))]).toEqual([before, ['ledger_lines failed']]);
    expect(await checkpoint()).toEqual(before);

    const other = new Projections(r.database, newer, every, { batch: 50 });
    while ((await other.step('ledger_lines')) > 0);
    expect((await other.status()).find(({ name }) => name === 'ledger_lines')).toMatchObject({ lag: 0, status: 'live' });
    await expect(older.rebuild('ledger_lines')).rejects.toThrow(WrittenByNewerRelease);
  });
});
