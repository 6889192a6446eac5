// The promise gate over a database: every account once, whatever the number of processes, in pages, long accounts too.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrations } from '#application';
import { builtInPolicy, membershipEvents, type MembershipEvent } from '#domain';
import { EventStore } from '#event-store';
import type { Metadata } from '#kernel';
import { MasterKeys, PersonalData } from '#personal-data';
import { thisBuild, type Candidate } from '#promises';
import { candidateFrom } from '../../apps/launch/src/promises/candidate.js';
import { checkPart } from '../../apps/launch/src/promises/part.js';
import { adding, noAccounts } from '../../apps/launch/src/promises/told.js';
import { buyNumber, cancel, open, subscribe, topUp } from '../stories/commands.js';
import { Life, moment } from '../stories/life.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';

const by: Metadata = { actor: { role: 'system', id: 'test' }, channel: 'test', correlationId: 'c', causationId: 'r' };
const start = moment('2026-03-30T07:00Z');
const cancelled = 7;

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase({ migrations });
  const store = new EventStore<MembershipEvent>(fresh.database, new PersonalData(fresh.database, new MasterKeys([randomBytes(32)])), membershipEvents);
  const life = () => new Life('acc').live(start, open({ timeZone: 'America/Los_Angeles' }), subscribe('messaging-monthly'), buyNumber('n1'));
  for (let index = 0; index < cancelled; index += 1) await store.append(`leaves-${index}`, 0, life().live(start, cancel()).events, by);
  await store.append('stays', 0, life().events, by);
  const long = life();
  for (let index = 0; index < 1_050; index += 1) long.live(start, topUp(100, `t-${index}`));
  await store.append('long', 0, long.live(start, cancel()).events, by);
});
afterAll(() => fresh.drop());

/** As so many processes do it; what they name, in order. */
async function check(candidate: Candidate, of: number) {
  let all = noAccounts;
  const lines: string[] = [];
  for (let part = 0; part < of; part += 1) {
    await checkPart(fresh.url, candidate, { part, of }, async (told) => {
      all = adding(all, told);
      lines.push(...told.lines);
    });
  }
  return { ...all, lines: lines.sort() };
}

describe('every account is looked at once', () => {
  it.each([1, 2, 3])('by %i processes, and the gate is open for this build', async (of) => {
    expect(await check(candidateFrom(builtInPolicy, {}), of)).toEqual({ accounts: cancelled + 2, promises: cancelled + 1, closing: 0, later: 0, lines: [] });
  });

  it('and those are named whose promise would be broken, with what differs', async () => {
    const { lines, closing } = await check(thisBuild(builtInPolicy, { ...builtInPolicy.periods, numbersReleaseAfterDays: 13 }), 2);
    expect(closing).toBe(cancelled + 1);
    expect(lines.map((line) => line.split(':')[0])).toEqual([...Array.from({ length: cancelled }, (_, index) => `leaves-${index}`), 'long']);
    expect(lines[0]).toContain('release-numbers: promised for 2026-05-14T07:00:00.000Z, if it were told now at 2026-05-13T07:00:00.000Z: nearer');
  });
});
