// How many accounts a second the promise gate holds against this build, by the built program as operators run it; and how much memory each of its processes takes.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { instant } from '#kernel';
import { EventStore } from '#event-store';
import { programFile } from '../../apps/launch/bundle.mjs';
import { applyTenDlc, approveTenDlc, buyNumber, cancel, open, subscribe, topUp } from '../stories/commands.js';
import { startApplication } from './application.js';
import { appendMingled, live } from './lives.js';

const wanted = Number(process.env['BENCH_ACCOUNTS'] ?? 100_000);
/** Accounts that were lived; the others are copies of their events. */
const lived = 500;

const application = await startApplication();
const { context, database } = application;

/** Half a year of a plan with numbers and a registration, and then it is cancelled: every account has a promise that binds. */
const life = (index: number) => {
  const day = (days: number) => instant(Date.UTC(2026, index % 12, 1 + (index % 28), 8) + days * 86_400_000);
  const zone = ['America/Los_Angeles', 'America/New_York', 'Europe/Berlin', 'UTC'][index % 4]!;
  return live(`${String(index).padStart(4, '0')}-${randomUUID()}`, [
    [day(0), open({ timeZone: zone })], [day(0), subscribe('messaging-monthly')], [day(0), topUp(5_000)], [day(0), buyNumber(randomUUID())], [day(1), buyNumber(randomUUID())], [day(2), applyTenDlc()], [day(3), approveTenDlc], [day(170), cancel()],
  ]);
};

const lives = Array.from({ length: lived }, (_, index) => life(index));
console.log(`appending the events of ${lived} accounts, and copies of them`);
await appendMingled(database, context.get(EventStore), lives, 50);
const copies = Math.max(0, Math.round(wanted / lived) - 1);
for (let copy = 1; copy <= copies; copy += 1) {
  await database.query(
    `INSERT INTO sunset.events (shard, position, event_id, account_id, stream, version, type, schema_version, subject, data, metadata, effective_at, recorded_at)
     SELECT shard, (SELECT max(position) FROM sunset.events) + row_number() OVER (ORDER BY position), gen_random_uuid(), account_id || '.' || $1::int, stream || '.' || $1::int, version, type, schema_version, subject, data, metadata, effective_at, recorded_at
     FROM sunset.events WHERE position <= $2`,
    [copy, lives.reduce((sum, { events }) => sum + events.length, 0)],
  );
}
await database.query('VACUUM ANALYZE');

const child = spawn(process.execPath, [programFile('launch/promises'), 'check'], { env: { ...process.env, DATABASE_URL: application.url }, stdio: ['ignore', 'pipe', 'inherit'] });
let said = '';
let memoryMiB = 0;
/** Of each process, seconds that it has computed: on a busy machine the clock says little. */
const computed = new Map<number, number>();
const look = setInterval(() => {
  for (const pid of children(child.pid!)) {
    memoryMiB = Math.max(memoryMiB, residentMiB(pid));
    computed.set(pid, Math.max(computed.get(pid) ?? 0, computedSeconds(pid)));
  }
}, 250);
child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
const status = await new Promise<number | null>((ended) => child.once('exit', ended));
clearInterval(look);
const [, accounts, perSecond] = /^(\d+) accounts, .*; (\d+) accounts a second$/m.exec(said.split('\n').filter((line) => line.includes('accounts a second')).at(-1) ?? '') ?? [];
if (status !== 0 || Number(accounts) !== lived * (copies + 1)) throw new Error(`the gate ended with ${status ?? 'a signal'}: ${said}`);
const plainPerSecond = await readPlainly();
console.table({ promises: { accounts: Number(accounts), events: lives.reduce((sum, { events }) => sum + events.length, 0) * (copies + 1), 'accounts/s': Number(perSecond), 'read plainly, accounts/s': Math.round(plainPerSecond), 'beside that': Number((Number(perSecond) / plainPerSecond).toFixed(2)), 'accounts/s of one processor': Math.round(Number(accounts) / [...computed.values()].reduce((sum, seconds) => sum + seconds, 0)), 'minutes for a million': Number((1_000_000 / Number(perSecond) / 60).toFixed(1)), 'MiB of the largest process': memoryMiB } });
await application.close();

/** The same events by one connection, in pages, and nothing done with them. */
async function readPlainly(): Promise<number> {
  const began = performance.now();
  let [accountsRead, last] = [0, { account_id: '', version: 0 }];
  for (;;) {
    const page: (typeof last)[] = await database.query(`SELECT account_id, version, event_id, type, schema_version, data, effective_at FROM sunset.events WHERE (account_id, version) > ($1, $2) ORDER BY account_id, version LIMIT 5000`, [last.account_id, last.version]);
    if (page.length === 0) return accountsRead / ((performance.now() - began) / 1000);
    accountsRead += page.filter(({ version }) => version === 1).length;
    last = page.at(-1)!;
  }
}

function children(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter((one) => one).map(Number);
  } catch {
    return [];
  }
}

function residentMiB(pid: number): number {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

/** In hundredths of a second, as Linux counts them for everybody. */
function computedSeconds(pid: number): number {
  try {
    const [user = 0, system = 0] = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ').slice(11, 13).map(Number);
    return (user + system) / 100;
  } catch {
    return 0;
  }
}
