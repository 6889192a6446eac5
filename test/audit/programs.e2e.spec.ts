// The two programs that operators run: the auditor's look and the promise gate, as they are built, with the statuses by which a step of a deployment goes on or stops.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Deadlines } from '#deadlines';
import { builtInPolicy, membershipEvents, openDeadlines, type MembershipEvent } from '#domain';
import { EventStore } from '#event-store';
import type { Metadata } from '#kernel';
import { MasterKeys, PersonalData } from '#personal-data';
import { policyText } from '#policies';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programFile } from '../../apps/launch/bundle.mjs';
import { buyNumber, cancel, open, subscribe } from '../stories/commands.js';
import { Life, moment } from '../stories/life.js';
import { freshDatabase, migratedDatabase, type FreshDatabase } from '../support/database.js';

const by: Metadata = { actor: { role: 'system', id: 'test' }, channel: 'test', correlationId: 'c', causationId: 'r' };
const start = moment('2026-03-30T00:00Z');

let fresh: FreshDatabase;
let folder: string;
beforeAll(async () => {
  fresh = await migratedDatabase();
  folder = await mkdtemp(join(tmpdir(), 'sunset-policy-'));
  const { database } = fresh;
  const life = new Life('leaves').live(start, open(), subscribe('messaging-monthly'), buyNumber('n1'), cancel());
  await database.transaction(async () => {
    await new Deadlines(database).sync('leaves', null, { put: openDeadlines(life.state), fired: [], void: [] }, start);
    await new EventStore<MembershipEvent>(database, new PersonalData(database, new MasterKeys([randomBytes(32)])), membershipEvents).append('leaves', 0, life.events, by);
  });
});
afterAll(async () => {
  await fresh.drop();
  await rm(folder, { recursive: true, force: true });
});

async function run(program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<{ readonly status: number | null; readonly said: string }> {
  const { REDIS_URL: _redis, POLICY_FILE: _file, ...own } = process.env;
  const child = spawn(process.execPath, [programFile(program), ...args], { env: { ...own, DATABASE_URL: fresh.url, ...environment } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return { status: await new Promise((ended) => child.once('close', ended)), said };
}

it('the auditor ends with 0 where everything is as the log says, and with 1 and the account where it is not, and leaves it as it is', async () => {
  expect(await run('worker/audit', [])).toEqual({ status: 0, said: '1 accounts: everything is as the log says\n' });
  await fresh.database.query(`UPDATE sunset.deadlines SET due_at = due_at + interval '1 day' WHERE kind = 'period-end'`);
  const found = { status: 1, said: 'leaves: at-another-instant: period-end messaging 1\n1 accounts: 1 findings\n' };
  expect([await run('worker/audit', []), await run('worker/audit', [])]).toEqual([found, found]);
});

it('the gate is open for this build, and closed with the account for a policy that is a day shorter', async () => {
  const told = await run('launch/promises', ['check']);
  expect([told.status, told.said]).toEqual([0, expect.stringMatching(/^1 accounts, 1 promises that bind, 0 accounts .*; \d+ accounts a second\nopen: every promise is kept\n/m)]);
  const shorter = join(folder, 'shorter.yaml');
  await writeFile(shorter, policyText({ ...builtInPolicy, version: '2027-01', periods: { ...builtInPolicy.periods, version: '2027-01', numbersReleaseAfterDays: 13 } }));
  const closed = await run('launch/promises', ['check'], { POLICY_FILE: shorter });
  expect(closed.status).toBe(1);
  expect(closed.said).toMatch(/^leaves: release-numbers: promised for 2026-05-14T00:00:00.000Z, if it were told now at 2026-05-13T00:00:00.000Z: nearer/m);
  expect(closed.said).toMatch(/closed: 1 accounts were promised otherwise\n$/);
});

it('the gate is open where nothing was ever promised: before the first migration', async () => {
  const empty = await freshDatabase();
  const { status, said } = await run('launch/promises', ['check'], { DATABASE_URL: empty.url });
  await empty.drop();
  expect([status, said]).toEqual([0, expect.stringMatching(/open: every promise is kept\n$/)]);
});
