// What a purge does, when it may begin, what it looks for and where, broken one at a time.
//
// 2026-11-26: all 90 here were carried out and are noticed, none survives. Four survived until tests were written for them that day: a late worker that is not
// fenced, a retry that accepts what was found, what waits let go while the clock is in doubt, rows of other accounts that are looked at.
export const folder = 'libs/purge/src';
const processTests = ['test/purge/purge.int', 'test/purge/verification.int', 'test/purge/early-and-late.int'];
export const witnesses = { tests: ['libs/purge/src', ...processTests] };
/** The tests need PostgreSQL. */
export const servers = true;

const purge = (name) => [...processTests, '-t', name];
const guard = ['test/purge/guard.int'];
const ledger = ['test/purge/ledger', 'test/purge/reapplied.int'];
const open = ['test/purge/ledger', 'test/purge/open-ledger.int'];
const traces = ['libs/purge/src/traces'];
const clock = '../../deadlines/src/clock-watch.ts';

/** What is broken, where, how, and who is to notice. */
export const mutants = [
  // The steps.
  ['nothing is in the ledger before it deletes', 'steps.ts', "      await this.parts.ledger.write({ ...purge, purgedAt: null });\n", '', purge('leaves nothing of what was said|waits for what was asked')],
  ['markers are not kept', 'steps.ts', 'await purges.keepMarkers(', 'void (', purge('leaves nothing of what was said|stops at what it finds')],
  ['nobody waits for carriers', 'steps.ts', '(await this.parts.commands.awaitsReleases(purge))', 'false', purge('waits for what was asked')],
  ['a carrier is waited for without an end', 'steps.ts', 'return !purge.waitedLong;', 'return true;', purge('no longer than a week')],
  ['a clock in doubt ends the wait for carriers', 'purges.ts', ' AND NOT ${clockInDoubt} AS "waitedLong"', ' AS "waitedLong"', purge('no longer than a week')],
  ['a date is told that the ledger does not have', 'steps.ts', 'const { purgedAt } = await ledger.write({ ...purge, purgedAt: await commands.now(accountId) });', 'const purgedAt = await commands.now(accountId);', [...ledger, ...purge('leaves nothing of what was said')]],
  ['exceptions are not kept', 'steps.ts', 'this.parts.purges.keepExceptions(purge, await this.parts.commands.outlive(purge))', 'void (await this.parts.commands.outlive(purge))', purge('deletes everything|no longer than a week')],
  ['effects keep what was said', 'steps.ts', '        await this.parts.effects.forget(purge.accountId);\n', '', purge('leaves nothing of what was said')],
  ['deadlines keep what was said', 'steps.ts', '        await this.parts.deadlines.forget(purge.accountId);\n', '', purge('leaves nothing of what was said')],
  ['ended jobs stay', 'steps.ts', '      await this.parts.jobs?.removeEnded(await this.parts.deadlines.idsOf(purge.accountId));\n', '', purge('leaves nothing of what was said')],
  ['the key stays', 'steps.ts', '        await this.parts.personalData.forget(purge.accountId);\n', '', purge('leaves nothing of what was said|deletes everything')],
  ['sealed fields stay', 'steps.ts', '        await this.parts.eventStore.eraseSealed(purge.accountId);\n', '', purge('leaves nothing of what was said|deletes everything')],
  ['full stores are no matter', 'steps.ts', 'if (holding.length > 0) return this.startAgain(purge, holding);', '', purge('filled again|cannot be emptied')],
  ['what was found is no matter', 'steps.ts', 'if (places.some((place) => !purge.placesAccepted.includes(place))) throw new StillReadable(places);', '', purge('stops at what it finds')],
  ['what was accepted somewhere is accepted everywhere', 'steps.ts', 'places.some((place) => !purge.placesAccepted.includes(place))', 'places.length > 0 && purge.placesAccepted.length === 0', purge('accept what it found')],
  ['the key of the markers stays', 'steps.ts', '      await personalData.forget(markerHolder(purge));\n', '', purge('leaves nothing of what was said')],
  ['rounds have no end', 'steps.ts', 'if (purge.rounds + 1 >= roundsMost) throw new StillReadable(holding);', '', purge('cannot be emptied')],
  // The rows.
  ['a late worker is not fenced', 'purges.ts', "if (affected === 0) throw new Fenced(`${purgeId} was taken over`);", '', purge('sleeps in the middle')],
  ['a purge that somebody works on is taken up', 'purges.ts', '(lease_until IS NULL OR lease_until < statement_timestamp()) AND ', '', purge('lost after the step stores|stays with its worker')],
  ['the lease is not renewed', 'engine.ts', 'void this.purges.renew(purge).catch(() => undefined)', 'undefined', purge('stays with its worker')],
  ['a retry after the verification leaves the stores', 'purges.ts', 'if (verified) await this.reopenStores({ purgeId, accountId: purge.accountId });', '', purge('stops at what it finds|cannot be emptied')],
  ['what nobody has looked for can be accepted', 'purges.ts', 'acceptFindings !== null && !(verified && purge.findings.length > 0)', 'false', purge('nobody accept')],
  ['a retry accepts what was found', 'purges.ts', 'CASE WHEN $2::text IS NULL THEN places_accepted ELSE findings END', 'findings', purge('stops at what it finds')],
  // The guard.
  ['the clock is not asked', 'guard.ts', "    if (!(await this.clock.believes())) return 'clock';\n", '', guard],
  ['a jump forward is believed', clock, "WHEN statement_timestamp() > seen_at + ${aheadMost} THEN 'clock-forward' WHEN", 'WHEN', guard],
  ['a jump backward is believed', clock, " WHEN statement_timestamp() < seen_at - ${backMost} THEN 'clock-backward' END AS cause", ' END AS cause', guard],
  ['a jump that nobody has noted is believed', clock, "\n  OR EXISTS (SELECT FROM sunset.clock_watch WHERE statement_timestamp() NOT BETWEEN seen_at - ${backMost} AND seen_at + ${aheadMost}))`", ')`', [...guard, 'test/clock']],
  ['a jump that was noted is forgotten', clock, 'EXISTS (SELECT FROM sunset.clock_stops WHERE confirmed_at IS NULL)\n  OR ', '', [...guard, 'test/clock']],
  ['any number of purges begin', 'guard.ts', "return (await this.roomLeft()) < 1 ? 'cap' : null;", 'return null;', guard],
  ['test clocks fill the hour', 'guard.ts', 'test_clock_id IS NULL AND ', '', guard],
  ['what waits is let go while the clock is in doubt', 'guard.ts', 'WHERE NOT ${clockInDoubt} ORDER BY since', 'ORDER BY since', guard],
  ['more are let go than may begin', 'guard.ts', '[room],', '[1000000],', guard],
  ['the clock is looked at and not remembered', clock, "      await this.database.execute('UPDATE sunset.clock_watch SET seen_at = $1', [now]);\n", '', guard],
  // The ledger.
  ['an entry is not synced', 'ledger.ts', '    await handle.writeFile(text);\n    await handle.sync();\n', '    await handle.writeFile(text);\n', ledger],
  ['the name of an entry is not synced', 'ledger.ts', '  await rename(draft, file);\n  await syncFolder(folder);', '  await rename(draft, file);', ledger],
  ['a folder that has lost its identity is written to', 'ledger.ts', 'if ((await serviceIdOf(this.folder)) !== this.serviceId) throw', 'if (this.serviceId === "") throw', ledger],
  ['an entry takes the date of a second purge of the same life', 'ledger.ts', 'known.purgedAt ?? entry.purgedAt', 'entry.purgedAt', ledger],
  ['an entry keeps the dates of another life', 'ledger.ts', 'known?.lifeId === lifeId ?', 'known ?', ledger],
  ['an entry of another name is believed', 'ledger.ts', 'entry?.purgeId !== purgeId', '!entry', ledger],
  ['drafts are entries', 'ledger.ts', '.filter((name) => name.endsWith(ending))', '', ledger],
  // Whose ledger it is.
  ['an empty folder is served', 'open-ledger.ts', 'if (own !== null && found === null) {', 'if (own === "") {', open],
  ['the folder of another service is served', 'open-ledger.ts', '    if (own !== null && found !== own) {\n      throw new LedgerInDoubt(`the purge', '    if (own === "") {\n      throw new LedgerInDoubt(`the purge', open],
  ['an older ledger is served', 'open-ledger.ts', 'if (lacking.length > 0) {', 'if (lacking.length < 0) {', open],
  ['a ledger is missed that was not written yet', 'open-ledger.ts', 'WHERE p.step <> $1 AND', "WHERE p.step <> $1 || '' || '!' AND", open],
  ['a ledger is made anew over another service’s', 'open-ledger.ts', "    if (own !== null && found !== null && found !== own) throw new LedgerInDoubt(`${folder} is that of the service ${found}, and the database belongs to ${own}: choose another folder`);\n", '', open],
  ['who starts first is not waited for', 'open-ledger.ts', "  const serviceId = await database.transaction(async () => {\n    await lock(database);\n    const [own, found] = [await serviceIdIn(database), await serviceIdOf(folder)];\n    if (own !== null && found === null)", "  const serviceId = await database.transaction(async () => {\n    const [own, found] = [await serviceIdIn(database), await serviceIdOf(folder)];\n    if (own !== null && found === null)", open],
  ['the folder is not made where the data is only', 'open-ledger.ts', 'if (inSandbox(env)) return', 'if (env) return', ledger],
  // The stores.
  ['a batch is not recorded', 'emptying.ts', 'if (totalOf(batch.counts) > 0) await this.record(purge, store, batch);', '', purge('deletes everything|middle of the deletion')],
  ['a store is walked once', 'emptying.ts', 'if (walked === 0) break;', 'break;', purge('behind it')],
  ['only the first batch is deleted', 'emptying.ts', 'if (next !== null) continue;', 'if (next !== null) break;', purge('deletes everything|middle')],
  ['a commitment forgets what came before', 'emptying.ts', '`0x${sum.toString(\'hex\')}`', "'0'", purge('commits to')],
  ['a commitment is not salted', 'emptying.ts', ".update(salt)", '', purge('commits to')],
  ['what is outside is counted afterwards', 'emptying.ts', 'store.transactional ? null : await store.counts(purge.accountId)', 'null', purge('cannot be emptied')],
  ['outside stores are emptied outside the fence', 'emptying.ts', 'return this.purges.fenced(purge, async () => {', 'return (async (_: unknown, work: () => Promise<PurgedBatch>) => work())(purge, async () => {', purge('stays with its worker')],
  // Where it is looked for.
  ['nothing is looked at', 'verification.ts', 'if (texts.length === 0) return null;', 'return null;', purge('stops at what it finds')],
  ['what is declared as text is closed', 'verification.ts', 'closed.has(column) ||', 'declared !== undefined ||', purge('finds a number|finds what an operator')],
  ['our words are looked at', 'verification.ts', 'closed.has(column) || ', '', purge('none of the words')],
  ['figures of others are not looked at', 'verification.ts', '(declared !== undefined && numericTypes.has(type))', 'numericTypes.has(type)', purge('finds a number|numbers, and rows')],
  ['rows that belong to nobody are not looked at', 'verification.ts', "'(t.account_id::text = $1 OR t.account_id IS NULL)'", "'t.account_id::text = $1'", purge('numbers, and rows')],
  ['rows of others are looked at', 'verification.ts', "declared || !accountIdNullable ? 't.account_id::text = $1'", "declared || !accountIdNullable ? '$1::text IS NOT NULL'", purge('row of another')],
  ['only the first page is read', 'verification.ts', 'if (read.length < page) break;', 'break;', purge('takes too long')],
  ['bytes are not read', 'verification.ts', "const written = (value: string | Buffer | null): string => value?.toString() ?? '';", "const written = (value: string | Buffer | null): string => (typeof value === 'string' ? value : '');", purge('as bytes')],
  ['a table that is slow is clean', 'verification.ts', "return 'late';", 'return [];', purge('takes too long')],
  ['a table that is slow is a finding at once', 'steps.ts', 'purge.attempts < slowMost', 'purge.attempts < 0', purge('takes too long')],
  ['a slow table never becomes a finding', 'steps.ts', 'unsearched.length > 0 && purge.attempts < slowMost', 'unsearched.length > 0', purge('takes too long')],
  ['jobs are not looked at', 'verification.ts', 'places: [...places, ...foundIn.map((job) => `queue ${job}`)]', 'places', purge('into the queues')],
  ['a row is not named', 'verification.ts', ' where ${one[\'place\']!.toString()}', '', purge('stops at what it finds|finds a number')],
  // What is known of the person.
  ['one half of an address is enough', 'traces.ts', ' && /^[\\p{L}\\p{N}]/u.test(domain)', '', traces],
  ['short texts are searched', 'traces.ts', 'text.length >= shortestText && ', '', traces],
  ['our codes are searched', 'traces.ts', '!likeOurs.test(text) && ', '', traces],
  ['dates are searched', 'traces.ts', ' && !aDateOrNumber.test(text)', '', traces],
  ['punctuation is searched', 'traces.ts', '/[\\p{L}\\p{N}]/u.test(text) && ', '', traces],
  ['a day and its hour are a number', 'traces.ts', 'aDate.test(found) || ', '', traces],
  ['eight digits are a number', 'traces.ts', 'international ? 8 : 10', '8', traces],
  ['the id of the account is a trace', 'traces.ts', '!accountId.includes(text) && ', '', traces],
  ['capitals hide a trace', 'traces.ts', ".normalize('NFKC').toLowerCase()", ".normalize('NFKC')", traces],
  ['decomposed letters hide a trace', 'traces.ts', "text.normalize('NFKC').toLowerCase()", 'text.toLowerCase()', traces],
  ['JSON hides a trace', 'traces.ts', 'escaped(plain), escaped(escaped(plain))', 'plain', traces],
  ['JSON in a text hides a trace', 'traces.ts', ', escaped(escaped(plain))', '', traces],
  ['an encoded address hides', 'traces.ts', ', encoded, encoded.', ', encoded.', traces],
  ['an encoded form hides', 'traces.ts', ", encoded.replaceAll('%20', '+')", '', traces],
  ['punycode hides', 'traces.ts', 'domainToASCII(domain), ', '', traces],
  ['Unicode hides where punycode was given', 'traces.ts', ', domainToUnicode(domain)', '', traces],
  ['addresses within a text are not known', 'traces.ts', ', ...addressesIn(marker).flatMap(addressForms)', '', traces],
  ['spaces hide a number', 'traces.ts', "written.replace(betweenDigits, '')", 'written', traces],
  ['a number is only known with its country', 'traces.ts', "digits.replace(countryCode, '').replace(/^0/, '')", 'digits', traces],
  ['00 and 011 hide a number', 'traces.ts', '/^(00|011)\\d{8,}/.test(digits)', 'false', traces],
  ['(0) hides a number', 'traces.ts', "countryCode, '').replace(/^0/, '')", "countryCode, '')", traces],
  ['a number with 1 before it is another', 'traces.ts', "digits.length === 11 && digits.startsWith('1')", 'false', traces],
  ['a short number is searched without its country', 'traces.ts', 'national.length < shortestNumber ? digits : national', 'national', traces],
];
