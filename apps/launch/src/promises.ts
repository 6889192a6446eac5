// `npm run promises -- check`: holds every promise that still binds against this build, its time zone data and its policy, before they are in force. 0: the gate is open. 1: it is closed. 2: asked wrongly.
import 'reflect-metadata';
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { policyFrom } from '#policies';
import { askedWrongly, databaseUrl, readArguments } from '#processes';
import { adding, noAccounts, type Told } from './promises/told.js';
import { checkPart } from './promises/part.js';
import { candidateFrom } from './promises/candidate.js';

const usage = `npm run promises -- check

Replays every account with a cancellation that is not over, from its events alone, through this build, this machine's time zone data and POLICY_FILE (none: the built-in
policy), to its last deadline, and tells each cancellation once more. Where a date would come nearer than was told, a cent would differ, a consequence would go or one
would appear, the gate is closed (status 1) and the accounts are named with what differs. What would only come later is counted. It reads DATABASE_URL, which may
be a restored dump, changes nothing, and needs no master key. Run it with a new version before the migrations of that version.`;

/** Accounts that are named; more are counted. */
const namedMost = 1_000;
const tellEveryMs = 5_000;

const [task] = readArguments(usage, { words: process.argv.includes('part') ? 3 : 1 }).words;
if (task === 'part') await checkPart(databaseUrl(), candidateFrom(policyFrom(process.env), process.env), { part: Number(process.argv[3]), of: Number(process.argv[4]) }, (told) => new Promise((sent) => process.send!(told, () => sent())));
else if (task === 'check') process.exitCode = await check();
else askedWrongly(`unexpected: ${task ?? ''}`, usage);

async function check(): Promise<number> {
  databaseUrl();
  const parts = availableParallelism();
  const began = performance.now();
  let [all, lastTold] = [noAccounts, began];
  const tell = (): void => {
    const seconds = (performance.now() - began) / 1000;
    console.log(`${all.accounts} accounts, ${all.promises} promises that bind, ${all.closing} accounts with a promise that would be broken; ${Math.round(all.accounts / seconds)} accounts a second`);
  };
  const take = (told: Told): void => {
    for (const line of told.lines.slice(0, Math.max(0, namedMost - all.closing))) console.log(line);
    all = adding(all, told);
    if (performance.now() - lastTold < tellEveryMs) return;
    lastTold = performance.now();
    tell();
  };
  const ended = await Promise.all(Array.from({ length: parts }, (_, part) => partOf(part, parts, take)));
  tell();
  if (all.later > 0) console.log(`${all.later} dates would come later than was told, which is allowed`);
  if (ended.some((status) => status !== 0)) {
    console.log('closed: not every account could be read');
    return 1;
  }
  console.log(all.closing === 0 ? 'open: every promise is kept' : `closed: ${all.closing} accounts were promised otherwise`);
  return all.closing === 0 ? 0 : 1;
}

/** A process for each core, so that no account waits for another and a thread's memory is bounded by itself. */
function partOf(part: number, of: number, take: (told: Told) => void): Promise<number> {
  const child = fork(process.argv[1]!, ['part', String(part), String(of)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.on('message', (told) => take(told as Told));
  return new Promise((done) => child.once('exit', (code) => done(code ?? 1)));
}
