// Breaks one rule at a time in a copy of the sources and sees whether the examples and the random lives notice.
//
//   node test/simulation/mutants.mjs          all of them
//   node test/simulation/mutants.mjs WORDS    those whose name contains WORDS
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;
const domain = 'libs/domain/src';

/** What is broken, where, and how. */
const mutants = [
  ['what is due exactly now waits', 'membership/decide.ts', '!held && dueAt <= now', '!held && dueAt < now'],
  ['things happen a day early', 'membership/decide.ts', 'dueAt <= now)', 'dueAt.slice(0, 10) <= now.slice(0, 10))'],
  ['resume is accepted at the end', 'cancellation/rules.ts', 'if (now >= period.end) return', 'if (now > period.end) return'],
  ['an attempt counts at its last instant', 'cancellation/rules.ts', 'now >= expiresAt', 'now > expiresAt'],
  ['an attempt means a later period', 'membership/evolve.ts', '&& subscription.period.end === effectiveAt', ''],
  ['a stale disclosure is taken', 'cancellation/rules.ts', "  if (stale.length > 0) return refuse('disclosures_stale', { disclosures: stale, toAccept });\n  if", '  if'],
  ['every plan is the last', 'subscriptions/rules.ts', 'openSubscriptions(state).length === 1', 'openSubscriptions(state).length > 0'],
  ['the account ends with its first plan', 'membership/evolve.ts', 'if (openSubscriptions(state).length > 0) return state;', ''],
  ['a return keeps the old lifecycle', 'membership/evolve.ts', 'came ? state.lifecycle + 1 : state.lifecycle', 'state.lifecycle'],
  ['a return leaves the old deadlines', 'membership/evolve.ts', '      lapse: null,\n', ''],
  ['coming back on Messaging leaves the expiry', 'membership/evolve.ts', "data.kind !== 'messaging' && ", ''],
  ['no fee exactly at the end', 'membership/consequences.ts', 'boundary > endAt', 'boundary >= endAt'],
  ['a date is billed twice', 'membership/consequences.ts', '> lastDate) yield', '>= lastDate) yield'],
  ['a day is billed in the past', 'membership/evolve.ts', 'billedUntil: numbers.billedUntil && at', 'billedUntil: numbers.billedUntil'],
  ['a day that a move skipped is never billed', 'membership/evolve.ts', 'date <= localDateNumber(at, terms.timeZone) ?', 'date < 0 ?'],
  ['a told fee follows the account to another zone', 'membership/evolve.ts', ' || feesAreTold(after)', ''],
  ['fees go on after the end', 'membership/consequences.ts', 'end.policy.numberFeesAfterEnd ?', '!end.policy.numberFeesAfterEnd ?'],
  ['numbers go after 13 days', 'membership/consequences.ts', 'policy.numbersReleaseAfterDays)', 'policy.numbersReleaseAfterDays - 1)'],
  ['a hold is ignored', 'membership/consequences.ts', 'stoppedByHold: true', 'stoppedByHold: false'],
  ['a hold stops the release', 'membership/consequences.ts', 'stoppedByHold: false', 'stoppedByHold: true'],
  ['the nearer of two promises counts', 'policy.ts', 'numbersReleaseAfterDays: Math.max', 'numbersReleaseAfterDays: Math.min'],
  ['a told date follows the account to another zone', 'membership/evolve.ts', "...promised, numbersRelease: 'waiting'", "...promised, timeZone: termsOf(state).timeZone, numbersRelease: 'waiting'"],
  ['what is cancelled renews', 'subscriptions/rules.ts', '  if (cancellation) {', '  if (cancellation && term.interval === subscription.term.kind) {'],
  ['periods drift from the anchor', 'subscriptions/rules.ts', 'plusMonths(next.anchor, next.timeZone, monthsFromAnchor)', 'plusMonths(localDateTime(period.end, next.timeZone), next.timeZone, monthsIn[next.interval])'],
  ['auto-recharge is not suspended', 'wallet/rules.ts', 'if (open.length > 0 && !runs && !suspended)', 'if (open.length > 9 && !runs && !suspended)'],
  ['auto-recharge charges though suspended', 'wallet/rules.ts', '!enabled || suspended ||', '!enabled ||'],
  ['auto-recharge is not restored', 'wallet/rules.ts', 'runs && suspended ?', 'runs && !suspended && open.length > 9 ?'],
  ['the wallet goes below zero', 'numbers/rules.ts', 'Math.min(due, balance)', 'due'],
  ['messages are credited at every period', 'membership/decide.ts', 'return ends ?', 'return ending.length > 0 ?'],
  ['ported numbers are released', 'numbers/rules.ts', "(origin === 'purchased') === purchased", "(origin !== 'verified') === purchased"],
  ['the registration stays active', 'membership/evolve.ts', "status: 'expired'", "status: 'active'"],
  ['the wallet survives the purge', 'membership/state.ts', '  numbers: { ...emptyLife.numbers, last', '  wallet: state.wallet,\n  numbers: { ...emptyLife.numbers, last'],
  ['a life begins while the old one is deleted', 'membership/decide.ts', 'state.purge.purgedAt === null ? allowedDuringPurge : allowedAfterPurge', 'allowedAfterPurge'],
];

const scratch = mkdtempSync(join(tmpdir(), 'mutants-'));
for (const path of ['libs', 'test/stories', 'test/simulation', 'package.json', 'jest.config.mjs', '.swcrc']) cpSync(join(root, path), join(scratch, path), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'));

const env = { ...process.env, LIVES: process.env.LIVES ?? '200', NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' };
/** Whether the tests of a path fail; a rule that makes a loop endless is noticed by the clock. */
const notices = (path) => spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', '-b', path], { cwd: scratch, env, timeout: 180_000 }).status !== 0;

let unnoticed = 0;
try {
  if (notices(`${domain}/`) || notices('test/simulation')) throw new Error('the tests fail before anything is broken');
  for (const [name, file, from, to] of mutants.filter(([name]) => name.includes(process.argv[2] ?? ''))) {
    const path = join(scratch, domain, file);
    const source = readFileSync(path, 'utf8');
    if (!source.includes(from)) throw new Error(`${file} does not contain ${from}`);
    writeFileSync(path, source.replace(from, to));
    const by = [notices(`${domain}/`) && 'examples', notices('test/simulation') && 'lives'].filter(Boolean);
    writeFileSync(path, source);
    if (by.length === 0) unnoticed += 1;
    process.stdout.write(`${by.length === 0 ? 'UNNOTICED' : 'noticed  '} ${name}${by.length === 0 ? '' : ` (${by.join(', ')})`}\n`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = unnoticed === 0 ? 0 : 1;
