// Breaks one thing of the purge at a time in a copy of the sources and sees whether its tests notice.
//
//   node test/purge/mutants.mjs          all of them
//   node test/purge/mutants.mjs WORDS    those whose name contains WORDS
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { providePostgres } from '../../apps/launch/postgres.mjs';

const root = new URL('../..', import.meta.url).pathname;
const library = 'libs/purge/src';

/** What is broken, where, how, and which tests are to notice. */
const mutants = [
  // What is known of the person.
  ['one half of an address is enough', 'traces.ts', '*@[\\p{L}\\p{N}][^', '*@[^', ['traces']],
  ['short texts are searched', 'traces.ts', 'text.length >= shortestText && ', '', ['traces']],
  ['our codes are searched', 'traces.ts', '!likeOurs.test(text) && ', '', ['traces']],
  ['dates are searched', 'traces.ts', ' && !aDateOrNumber.test(text)', '', ['traces']],
  ['punctuation is searched', 'traces.ts', '/[\\p{L}\\p{N}]/u.test(text) && ', '', ['traces']],
  ['a day and its hour are a number', 'traces.ts', 'aDate.test(found) || ', '', ['traces']],
  ['eight digits are a number', 'traces.ts', 'international ? 8 : 10', '8', ['traces']],
  ['the id of the account is a trace', 'traces.ts', '!accountId.includes(text) && ', '', ['traces']],
  ['capitals hide a trace', 'traces.ts', ".normalize('NFKC').toLowerCase()", ".normalize('NFKC')", ['traces']],
  ['decomposed letters hide a trace', 'traces.ts', "text.normalize('NFKC').toLowerCase()", 'text.toLowerCase()', ['traces']],
  ['JSON hides a trace', 'traces.ts', 'escaped(plain), escaped(escaped(plain))', 'plain', ['traces']],
  ['JSON in a text hides a trace', 'traces.ts', ', escaped(escaped(plain))', '', ['traces']],
  ['an encoded address hides', 'traces.ts', ', encoded, encoded.', ', encoded.', ['traces']],
  ['an encoded form hides', 'traces.ts', ", encoded.replaceAll('%20', '+')", '', ['traces']],
  ['punycode hides', 'traces.ts', 'domainToASCII(domain), ', '', ['traces']],
  ['Unicode hides where punycode was given', 'traces.ts', ', domainToUnicode(domain)', '', ['traces']],
  ['addresses within a text are not known', 'traces.ts', ', ...addressesIn(marker).flatMap(addressForms)', '', ['traces']],
  ['spaces hide a number', 'traces.ts', "written.replace(betweenDigits, '')", 'written', ['traces']],
  ['a number is only known with its country', 'traces.ts', "digits.replace(countryCode, '').replace(/^0/, '')", 'digits', ['traces']],
  ['00 and 011 hide a number', 'traces.ts', '/^(00|011)\\d{8,}/.test(digits)', 'false', ['traces']],
  ['(0) hides a number', 'traces.ts', "countryCode, '').replace(/^0/, '')", "countryCode, '')", ['traces']],
  ['a number with 1 before it is another', 'traces.ts', "digits.length === 11 && digits.startsWith('1')", 'false', ['traces']],
  ['a short number is searched without its country', 'traces.ts', 'national.length < shortestNumber ? digits : national', 'national', ['traces']],
  // Where it is looked for.
  ['nothing is looked at', 'verification.ts', 'if (texts.length === 0) return null;', 'return null;', ['purge']],
  ['what is declared as text is closed', 'verification.ts', 'closed.has(column) ||', 'declared !== undefined ||', ['purge']],
  ['our words are looked at', 'verification.ts', 'closed.has(column) || ', '', ['purge']],
  ['figures of others are not looked at', 'verification.ts', '(declared !== undefined && numericTypes.has(type))', 'numericTypes.has(type)', ['purge']],
  ['rows that belong to nobody are not looked at', 'verification.ts', "'(t.account_id::text = $1 OR t.account_id IS NULL)'", "'t.account_id::text = $1'", ['purge']],
  ['rows of others are looked at', 'verification.ts', "declared || !accountIdNullable ? 't.account_id::text = $1'", "declared || !accountIdNullable ? '$1::text IS NOT NULL'", ['purge']],
  ['only the first page is read', 'verification.ts', 'if (read.length < page) break;', 'break;', ['purge']],
  ['bytes are not read', 'verification.ts', "const written = (value: string | Buffer | null): string => value?.toString() ?? '';", "const written = (value: string | Buffer | null): string => (typeof value === 'string' ? value : '');", ['purge']],
  ['a table that is slow is clean', 'verification.ts', "return 'late';", 'return [];', ['purge']],
  ['a table that is slow is a finding at once', 'steps.ts', 'purge.attempts < slowMost', 'purge.attempts < 0', ['purge']],
  ['a slow table never becomes a finding', 'steps.ts', 'unsearched.length > 0 && purge.attempts < slowMost', 'unsearched.length > 0', ['purge']],
  ['jobs are not looked at', 'verification.ts', 'places: [...places, ...foundIn.map((job) => `queue ${job}`)]', 'places', ['purge']],
  ['a row is not named', 'verification.ts', ' where ${one[\'place\']!.toString()}', '', ['purge']],
  // The steps.
  ['nothing is in the ledger', 'steps.ts', '      await this.parts.ledger.write(purge);\n', '', ['purge']],
  ['markers are not kept', 'steps.ts', 'await purges.keepMarkers(', 'void (', ['purge']],
  ['nobody waits for carriers', 'steps.ts', '(await this.parts.commands.awaitsReleases(purge))', 'false', ['purge']],
  ['a carrier is waited for without an end', 'steps.ts', '!purge.waitedLong && ', '', ['purge']],
  ['exceptions are not kept', 'steps.ts', 'this.parts.purges.keepExceptions(purge, await this.parts.commands.outlive(purge))', 'void (await this.parts.commands.outlive(purge))', ['purge']],
  ['effects keep what was said', 'steps.ts', '        await this.parts.effects.forget(purge.accountId);\n', '', ['purge']],
  ['deadlines keep what was said', 'steps.ts', '        await this.parts.deadlines.forget(purge.accountId);\n', '', ['purge']],
  ['ended jobs stay', 'steps.ts', '      await this.parts.jobs?.removeEnded(await this.parts.deadlines.idsOf(purge.accountId));\n', '', ['purge']],
  ['the key stays', 'steps.ts', '        await this.parts.personalData.forget(purge.accountId);\n', '', ['purge']],
  ['sealed fields stay', 'steps.ts', '        await this.parts.eventStore.eraseSealed(purge.accountId);\n', '', ['purge']],
  ['full stores are no matter', 'steps.ts', 'if (holding.length > 0) return this.startAgain(purge, holding);', '', ['purge']],
  ['what was found is no matter', 'steps.ts', 'if (places.some((place) => !purge.placesAccepted.includes(place))) throw new StillReadable(places);', '', ['purge']],
  ['what was accepted somewhere is accepted everywhere', 'steps.ts', 'places.some((place) => !purge.placesAccepted.includes(place))', 'places.length > 0 && purge.placesAccepted.length === 0', ['purge']],
  ['the key of the markers stays', 'steps.ts', '      await personalData.forget(markerHolder(purge));\n', '', ['purge']],
  ['rounds have no end', 'steps.ts', 'if (purge.rounds + 1 >= roundsMost) throw new StillReadable(holding);', '', ['purge']],
  // The rows.
  ['a late worker is not fenced', 'purges.ts', "if (affected === 0) throw new Fenced(`${purgeId} was taken over`);", '', ['purge']],
  ['a purge that somebody works on is taken up', 'purges.ts', '(lease_until IS NULL OR lease_until < statement_timestamp()) AND ', '', ['purge']],
  ['the lease is not renewed', 'engine.ts', 'void this.purges.renew(purge).catch(() => undefined)', 'undefined', ['purge']],
  ['a retry after the verification leaves the stores', 'purges.ts', 'if (verified) await this.reopenStores(purgeId);', '', ['purge']],
  ['what nobody has looked for can be accepted', 'purges.ts', 'acceptFindings !== null && !(verified && purge.findings.length > 0)', 'false', ['purge']],
  ['a retry forgets what was accepted', 'purges.ts', 'CASE WHEN $2::text IS NULL THEN places_accepted ELSE findings END', 'findings', ['purge']],
  // The stores.
  ['a batch is not recorded', 'emptying.ts', 'if (totalOf(batch.counts) > 0) await this.record(purge, store, batch);', '', ['purge']],
  ['a store is walked once', 'emptying.ts', 'if (walked === 0) break;', 'break;', ['purge']],
  ['only the first batch is deleted', 'emptying.ts', 'if (next !== null) continue;', '', ['purge']],
  ['a commitment forgets what came before', 'emptying.ts', '`0x${sum.toString(\'hex\')}`', "'0'", ['purge']],
  ['a commitment is not salted', 'emptying.ts', ".update(salt)", '', ['purge']],
  ['what is outside is counted afterwards', 'emptying.ts', 'store.transactional ? null : await store.counts(purge.accountId)', 'null', ['purge']],
  ['outside stores are emptied outside the fence', 'emptying.ts', 'return this.purges.fenced(purge, async () => {', 'return (async (_: unknown, work: () => Promise<PurgedBatch>) => work())(purge, async () => {', ['purge']],
  // The guard.
  ['a jump forward is believed', 'guard.ts', "if (aheadMs > this.limits.unwatchedMs) return 'clock-forward';", '', ['guard']],
  ['a jump backward is believed', 'guard.ts', "return aheadMs < -this.limits.backMs ? 'clock-backward' : null;", 'return null;', ['guard']],
  ['any number of purges begin', 'guard.ts', "return (await this.roomLeft()) < 1 ? 'cap' : null;", 'return null;', ['guard']],
  ['test clocks fill the hour', 'guard.ts', 'test_clock_id IS NULL AND ', '', ['guard']],
  ['what waits is let go while the clock is in doubt', 'guard.ts', '    if (await this.stopped()) return [];\n', '', ['guard']],
  ['more are let go than may begin', 'guard.ts', '[room],', '[1000000],', ['guard']],
  ['the clock is looked at and not remembered', 'guard.ts', "await this.database.execute('UPDATE sunset.clock_watch SET seen_at = $1', [seen!.now]);", '', ['guard']],
  // The ledger.
  ['an entry is not synced', 'ledger.ts', '      await handle.sync();\n    } finally {\n      await handle.close();\n    }\n    await rename', '    } finally {\n      await handle.close();\n    }\n    await rename', ['ledger']],
  ['an entry of another name is believed', 'ledger.ts', 'entry?.purgeId !== purgeId', '!entry', ['ledger']],
  ['drafts are entries', 'ledger.ts', '.filter((name) => name.endsWith(ending))', '', ['ledger']],
];

const specs = { traces: [`${library}/traces.spec`], purge: ['test/purge/purge.int'], guard: ['test/purge/guard.int'], ledger: ['test/purge/ledger', 'test/purge/reapplied.int'] };

const scratch = mkdtempSync(join(tmpdir(), 'mutants-'));
const files = ['apps', 'libs', 'test', 'package.json', 'jest.config.mjs', '.swcrc', 'tsconfig.json'];
const postgres = await providePostgres({ dataDir: join(scratch, 'data'), database: 'postgres', durable: false, say: () => undefined });
for (const path of files) cpSync(join(root, path), join(scratch, path), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'));

const env = { ...process.env, TEST_DATABASE_URL: postgres.url, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' };
/** Whether the tests fail; what never ends is noticed by the clock. */
const notices = (paths) =>
  spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', '-b', '--forceExit', '--testTimeout=60000', ...paths], { cwd: scratch, env, timeout: 600_000 }).status !== 0;

const chosen = mutants.filter(([name]) => name.includes(process.argv[2] ?? ''));
let unnoticed = 0;
try {
  const used = [...new Set(chosen.flatMap(([, , , , by]) => by))];
  if (notices(used.flatMap((by) => specs[by]))) throw new Error('the tests fail before anything is broken');
  for (const [name, file, from, to, by] of chosen) {
    const path = join(scratch, library, file);
    const source = readFileSync(path, 'utf8');
    if (!source.includes(from)) throw new Error(`${file} does not contain ${from}`);
    writeFileSync(path, source.replace(from, () => to));
    const noticed = notices(by.flatMap((one) => specs[one]));
    writeFileSync(path, source);
    if (!noticed) unnoticed += 1;
    process.stdout.write(`${noticed ? 'noticed  ' : 'UNNOTICED'} ${name}\n`);
  }
} finally {
  await postgres.stop();
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = unnoticed === 0 ? 0 : 1;
