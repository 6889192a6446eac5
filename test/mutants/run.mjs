// Breaks one thing at a time in a copy of the sources and sees whether the tests notice. Not part of `npm test`: it takes hours.
//
//   node test/mutants/run.mjs                  every list beside this file
//   node test/mutants/run.mjs effects          one of them
//   node test/mutants/run.mjs effects WORDS…   of it those whose name contains one of the WORDS
//   node test/mutants/run.mjs effects --from WORDS…   and all that come after the first of them
//   node test/mutants/run.mjs --check [LIST]   breaks nothing: whether each one still fits the sources, and the tests that are to notice are there
//
// Each that is noticed is told with the first test that failed: whether it failed for the reason that is meant is for the reader to see.
// What came of it stands at the head of each list, with the date. A list begins with what would be dearest.
import { spawn } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { providePostgres } from '../../apps/launch/postgres.mjs';
import { provideRedis } from '../provide-redis.mjs';
import { jestOf } from '../runner/command.mjs';
import { faultsOf, pathsIn } from './check.mjs';

const root = new URL('../..', import.meta.url).pathname;
const say = (text) => process.stdout.write(`${text}\n`);
const { values: { check: checking, from: fromThere }, positionals: [wanted, ...words] } = parseArgs({ allowPositionals: true, options: { check: { type: 'boolean', default: false }, from: { type: 'boolean', default: false } } });

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => stopping.abort());
const { signal } = stopping;
/** A rule that makes a loop endless is noticed by the clock. */
const longestMs = 600_000;

const programs = ['run', 'check'];
const names = readdirSync(new URL('.', import.meta.url)).filter((file) => file.endsWith('.mjs')).map((file) => file.replace(/\.mjs$/, '')).filter((name) => !programs.includes(name) && (wanted ?? name) === name);
if (names.length === 0) throw new Error(`there is no list ${wanted}`);
const lists = await Promise.all(names.map(async (name) => ({ name, servers: false, ...(await import(`./${name}.mjs`)) })));

const faults = lists.flatMap((list) => faultsOf(list, root));
for (const fault of faults) say(fault);
if (faults.length > 0 || checking) {
  say(`${lists.reduce((sum, { mutants }) => sum + mutants.length, 0)} things to break, ${faults.length} of which do not fit`);
  process.exit(faults.length === 0 ? 0 : 1);
}

const scratch = mkdtempSync(join(tmpdir(), 'mutants-'));
const copy = join(scratch, 'copy');
/** What jest said last. */
const telling = join(scratch, 'jest.log');
for (const path of ['libs', 'apps', 'docker', 'test', 'package.json', 'jest.config.mjs', '.swcrc', 'tsconfig.json', 'policy.example.yaml']) cpSync(join(root, path), join(copy, path), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

/** What is broken mostly shows by something that never happens: it is waited for a third of the time. */
const waiting = join(copy, 'test/support/eventually.ts');
writeFileSync(waiting, readFileSync(waiting, 'utf8').replace('ms = 60_000', 'ms = 20_000'));

const env = { ...process.env, LIVES: process.env.LIVES ?? '200' };
const cleanups = [];

/** Of paths, and after `-t` of names: the first test that fails, or null. */
async function failureIn(witness) {
  const written = openSync(telling, 'w');
  const [command, ...args] = jestOf(copy);
  const jest = spawn(command, [...args, '--bail', '--forceExit', '--testTimeout=120000', ...witness], { cwd: copy, env, signal, timeout: longestMs, stdio: ['ignore', 'ignore', written] });
  const began = performance.now();
  const [code, killedBy] = await new Promise((resolve, reject) => jest.on('exit', (...how) => resolve(how)).on('error', reject));
  closeSync(written);
  if (signal.aborted) throw new Error('stopped');
  if (code === 0) return null;
  // Killed by somebody else, as where memory is short, it says nothing of what is broken.
  if (killedBy !== null && performance.now() - began < longestMs) throw new Error(`jest was ended by ${killedBy}`);
  return /^ *● (.+)$/m.exec(readFileSync(telling, 'utf8'))?.[1] ?? (killedBy === null ? `ended with ${code}` : 'stopped by the clock');
}

/** Throws if tests fail while nothing is broken: then they say nothing of what was. */
async function passUnbroken(list, witnesses, when) {
  for (const all of together(witnesses)) {
    if ((await failureIn(all)) !== null) throw new Error(`${list}: the tests fail ${when}\n${readFileSync(telling, 'utf8')}`);
  }
}

/** Who notices; the list's own witnesses, or the mutant's. */
async function noticedBy(witnesses) {
  const by = [];
  for (const [name, witness] of Object.entries(witnesses)) {
    const failure = await failureIn(witness);
    if (failure !== null) by.push(`${name}: ${failure}`);
  }
  return by;
}

/** Witnesses that look at whole files as one, and those that look at tests by their names as another. */
function together(witnesses) {
  const [named, whole] = [true, false].map((isNamed) => witnesses.filter((witness) => witness.includes('-t') === isNamed));
  const paths = (some) => [...new Set(some.flatMap(pathsIn))];
  const names = new Set(named.map((witness) => witness.at(-1)));
  return [...(whole.length > 0 ? [paths(whole)] : []), ...(named.length > 0 ? [[...paths(named), '-t', [...names].join('|')]] : [])];
}

async function provideServers() {
  if (env.TEST_DATABASE_URL) return;
  const postgres = await providePostgres({ dataDir: scratch, database: 'postgres', durable: false, say, signal });
  cleanups.push(postgres.stop);
  const redis = await provideRedis({ say, signal });
  cleanups.push(redis.stop);
  // Without it nobody listens to statements.
  const statements = join(scratch, 'statements');
  mkdirSync(statements);
  Object.assign(env, { TEST_DATABASE_URL: postgres.url, TEST_REDIS_URL: redis.url, TEST_STATEMENTS: statements });
}

async function judge({ name: list, folder, witnesses, mutants, servers }) {
  if (servers) await provideServers();
  const isNamed = ([name]) => words.length === 0 || words.some((some) => name.includes(some));
  const chosen = fromThere && mutants.some(isNamed) ? mutants.slice(mutants.findIndex(isNamed)) : mutants.filter(isNamed);
  if (chosen.length === 0) throw new Error(`${list}: there is none whose name contains ${words.join(' or ')}`);
  const all = chosen.flatMap(([, , , , own]) => (own ? [own] : Object.values(witnesses)));
  await passUnbroken(list, all, 'before anything is broken');
  const unnoticed = [];
  for (const [name, file, from, to, own] of chosen) {
    const path = join(copy, folder, file);
    const source = readFileSync(path, 'utf8');
    writeFileSync(path, source.replace(from, () => to));
    const began = performance.now();
    const by = await noticedBy(own ? { tests: own } : witnesses);
    writeFileSync(path, source);
    if (by.length === 0) unnoticed.push(name);
    const seconds = Math.round((performance.now() - began) / 1_000);
    say(`${by.length === 0 ? 'UNNOTICED' : 'noticed  '} ${list}: ${name}${by.length === 0 ? '' : ` (${by.join(', ')})`}, ${seconds} s`);
  }
  // A database that was lost on the way, or a machine that became too busy, has failed them as well, and was taken for noticing.
  await passUnbroken(list, all, 'after the last mutant, with nothing broken: what was noticed may not have been');
  say(`${list}: ${chosen.length - unnoticed.length} of ${chosen.length} noticed`);
  return unnoticed.length;
}

let unnoticed = 0;
try {
  for (const list of lists) unnoticed += await judge(list);
} finally {
  for (const cleanup of cleanups.reverse()) await cleanup();
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = unnoticed === 0 ? 0 : 1;
