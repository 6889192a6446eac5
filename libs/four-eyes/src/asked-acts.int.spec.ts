// What waits for a second person: asked for once, ended once, by another than who asked, within its time, and never rewritten.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { anotherDatabase, freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { AskedActs, migrations, type ActToAsk } from './index.js';

const hour = 3_600_000;

let fresh: FreshDatabase;
let acts: AskedActs;
beforeAll(async () => {
  fresh = await freshDatabase({ migrations });
  acts = new AskedActs(fresh.database);
});
afterAll(() => fresh.drop());

const act = (more: Partial<ActToAsk> = {}): ActToAsk => ({ act: 'end-pause', target: randomUUID(), details: { pauseId: 'p', deep: { of: [1, 'two'] } }, reason: 'the carrier works', ...more });
const outcome = (answer: object | null): unknown => (answer === null ? null : 'refused' in answer ? answer.refused : (answer as { status: string }).status);

describe('an act that was asked for', () => {
  it('is told with all that it takes, and waits, whatever becomes of the request', async () => {
    const wanted = act();
    let askedActId = '';
    await expect(fresh.database.transaction(async () => {
      ({ askedActId } = await acts.ask(wanted, 'ada', hour));
      throw new Error('rolls back');
    })).rejects.toThrow('rolls back');
    const told = (await acts.get(askedActId))!;
    expect(told).toMatchObject({ ...wanted, askedActId, askedBy: 'ada', status: 'waiting', endedBy: null, endedAt: null });
    expect(Date.parse(told.standsUntil) - Date.parse(told.askedAt)).toBe(hour);
  });

  it('waits once, however often and by whomever it is asked for', async () => {
    const wanted = act();
    const other = await anotherDatabase(fresh.url);
    const elsewhere = new AskedActs(other.database);
    const before = await acts.waiting();
    const told = await Promise.all([acts, elsewhere, acts, elsewhere].map((one, index) => one.ask(wanted, index % 2 ? 'ada' : 'bea', hour)));
    await other.close();
    expect(new Set(told.map(({ askedActId }) => askedActId)).size).toBe(1);
    expect(await acts.waiting()).toBe(before + 1);
    expect((await acts.ask({ ...wanted, target: 'another' }, 'ada', hour)).askedActId).not.toBe(told[0]!.askedActId);
  });

  it('is confirmed by another person, once, and can then be asked for anew', async () => {
    const wanted = act();
    const { askedActId } = await acts.ask(wanted, 'ada', hour);
    expect(outcome(await acts.confirm(askedActId, 'ada'))).toBe('same_person');
    const other = await anotherDatabase(fresh.url);
    const elsewhere = new AskedActs(other.database);
    const both = await Promise.all([acts.confirm(askedActId, 'bea'), elsewhere.confirm(askedActId, 'cyd')]);
    await other.close();
    expect(both.map(outcome).sort()).toEqual(['act_over', 'confirmed']);
    expect(outcome(await acts.decline(askedActId, 'ada'))).toBe('act_over');
    expect((await acts.ask(wanted, 'ada', hour)).askedActId).not.toBe(askedActId);
  });

  it('waits on where what was to be done with it is undone', async () => {
    const { askedActId } = await acts.ask(act(), 'ada', hour);
    await expect(fresh.database.transaction(async () => {
      expect(outcome(await acts.confirm(askedActId, 'bea'))).toBe('confirmed');
      throw new Error('refused');
    })).rejects.toThrow('refused');
    expect((await acts.get(askedActId))!.status).toBe('waiting');
  });

  it.each(['ada', 'bea'])('is declined by %s', async (who) => {
    const { askedActId } = await acts.ask(act(), 'ada', hour);
    expect(await acts.decline(askedActId, who)).toMatchObject({ status: 'declined', endedBy: who });
    expect(await acts.confirm(askedActId, 'bea')).toMatchObject({ refused: 'act_over', detail: { status: 'declined' } });
  });

  it('lapses', async () => {
    const wanted = act();
    const { askedActId } = await acts.ask(wanted, 'ada', 0);
    expect(await acts.confirm(askedActId, 'bea')).toMatchObject({ refused: 'act_over', detail: { status: 'lapsed' } });
    expect((await acts.get(askedActId))!.status).toBe('lapsed');
    expect((await acts.ask(wanted, 'bea', hour)).askedBy).toBe('bea');
  });

  it('of an unknown id is none', async () => {
    expect([await acts.confirm(randomUUID(), 'bea'), await acts.decline(randomUUID(), 'bea'), await acts.redact(randomUUID(), 'x'), await acts.get(randomUUID())]).toEqual([null, null, null, null]);
  });

  it('is listed by what became of it, page after page, latest first', async () => {
    const all = await acts.list({}, { limit: 100 });
    expect(all.map(({ askedAt }) => askedAt)).toEqual(all.map(({ askedAt }) => askedAt).sort().reverse());
    const [first, second, ...rest] = all;
    expect(await acts.list({}, { after: second, limit: 100 })).toEqual(rest);
    expect(await acts.list({}, { limit: 2 })).toEqual([first, second]);
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['waiting', 'confirmed', 'declined', 'lapsed']));
    for (const status of ['waiting', 'confirmed', 'declined', 'lapsed'] as const) expect(await acts.list({ status }, { limit: 100 })).toEqual(all.filter((one) => one.status === status));
    expect(await acts.waiting()).toBe(all.filter(({ status }) => status === 'waiting').length);
  });

  it('loses its words and nothing else', async () => {
    const told = await acts.ask(act(), 'ada', hour);
    expect(await acts.redact(told.askedActId, 'redacted by bea')).toEqual({ ...told, reason: 'redacted by bea' });
    expect(await acts.redact((await acts.ask(act({ reason: null }), 'ada', hour)).askedActId, 'redacted')).toMatchObject({ refused: 'nothing_to_redact' });
  });

  it.each([
    `UPDATE sunset.asked_acts SET actor_id = 'nobody'`, `UPDATE sunset.asked_acts SET reason = 'other', stands_until = now() + interval '1 year' WHERE step = 'asked'`,
    'DELETE FROM sunset.asked_acts', 'TRUNCATE sunset.asked_acts',
  ])('is refused a change: %s', async (statement) => {
    await expect(fresh.database.query(statement)).rejects.toThrow('sunset.asked_acts is append-only');
  });
});
