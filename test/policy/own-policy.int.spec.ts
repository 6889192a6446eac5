// A policy of the house's own, by HTTP: what it sells, asks, shows and promises, beside what was promised before it; and what it may not do.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BlastRadii, FoundAccounts, policyReport } from '#application';
import { builtInPolicy } from '#domain';
import { parsePolicy, Policies, PolicyContradicts, PolicyFileInvalid, policyText } from '#policies';
import { Account, at, day } from '../end-to-end/account.js';
import type { Client } from '../end-to-end/client.js';
import { startInProcess, type InProcess } from '../end-to-end/in-process.js';
import type { Preview, Problem, Subscription } from '../end-to-end/shapes.js';

const exampleFile = fileURLToPath(new URL('../../policy.example.yaml', import.meta.url));
const start = '2026-01-01T00:00:00.000Z';
const E = '2026-02-01T00:00:00.000Z';

let example: string;
/** One database, and the service on it before and after the file is in force. */
let before: InProcess;
let after: InProcess;
beforeAll(async () => {
  example = await readFile(exampleFile, 'utf8');
  before = await startInProcess();
  after = await before.beside({ POLICY_FILE: exampleFile });
}, 120_000);
afterAll(() => before.stop());

const tick = (account: Account, to: string) => before.letPass(account.clock!, to);
const pathOf = ({ subscriptionId }: Subscription): string => `/subscriptions/${subscriptionId}`;
const preview = (account: Account, subscription: Subscription, query = ''): Promise<Preview> => account.read(`${pathOf(subscription)}/cancellation/preview${query}`, { as: 'customer' });
const acceptedOf = (disclosures: readonly { readonly id: string; readonly version: string }[]) => disclosures.map(({ id, version }) => ({ id, version }));
const textHashOf = ({ disclosures }: Preview): string => createHash('sha256').update(JSON.stringify(disclosures.map(({ id, version, text }) => [id, version, text]))).digest('hex');
const versionsNamed = ({ accountId }: Account) =>
  before.database.query<{ type: string; policy: string | null }>(`SELECT type, metadata ->> 'policy' AS policy FROM sunset.events WHERE account_id = $1 ORDER BY version`, [accountId]);

describe('a file with another currency, another language, six reasons and thirty days', () => {
  const euros = (more: object = {}) => Account.open(after.client, { now: start, currency: 'EUR', locale: 'de-AT', ...more });

  it('is in force from the catalogue to the last date', async () => {
    const plans = await after.client.all<{ planId: string; name: string; price: object }>('/v1/plans?locale=de', { as: null });
    expect(plans.map(({ planId }) => planId)).toEqual(['messaging-monthly', 'messaging-annual', 'calling-monthly', 'messaging-monthly-eur', 'calling-monthly-eur']);
    expect(plans).toContainEqual(expect.objectContaining({ planId: 'messaging-monthly-eur', name: 'Nachrichten, monatlich', price: { amount: 4500, currency: 'EUR' } }));

    const account = await euros();
    const subscription = await account.subscribe('messaging-monthly-eur');
    await account.buyNumbers(1);
    expect(subscription).toMatchObject({ planName: 'Nachrichten, monatlich', price: { amount: 4500, currency: 'EUR' } });

    const shown = await preview(account, subscription);
    expect(shown).toMatchObject({ locale: 'de', planName: 'Nachrichten, monatlich', effectiveAt: E });
    expect(shown.reasons).toHaveLength(6);
    expect(shown.reasons).toContainEqual({ code: 'business_closed', label: 'Mein Geschäft ist geschlossen' });
    expect(shown.disclosures.find(({ id }) => id === 'number-release')!.text).toMatch(/^30 Tage nach dem Ende Ihres letzten Tarifs /);
    expect(shown.consequences).toContainEqual({ kind: 'release-numbers', at: at(E, 30 * day), detail: 'Alle gekauften Rufnummern werden freigegeben und lassen sich nicht zurückholen.' });
    expect(shown.consequences[0]).toMatchObject({ kind: 'period-end', detail: 'Nachrichten, monatlich endet, und die Funktionen des Tarifs stehen nicht mehr zur Verfügung.' });

    const attempt = await account.attempt(subscription, { reason: { code: 'business_closed' }, previewHash: shown.hash });
    const confirmation = { acceptedDisclosures: acceptedOf(attempt.disclosures), acknowledgedConsequences: true };
    (await account.post(`${pathOf(subscription)}/cancellation-attempts/${attempt.attemptId}/confirm`, confirmation, { as: 'customer' })).expect(200);
    expect(await account.all('/consents')).toMatchObject([{ language: 'de', textHash: textHashOf(shown), reason: 'business_closed', disclosures: confirmation.acceptedDisclosures }]);
    expect(textHashOf(shown)).not.toBe(textHashOf(await preview(account, subscription, '?locale=en')));
    expect(await account.deadlines('release-numbers', 'expire-ten-dlc')).toEqual([`release-numbers planned ${at(E, 30 * day)}`, `expire-ten-dlc planned ${at(E, 30 * day)}`]);
    expect(await account.events('CancellationRequested')).toMatchObject([{ data: { policy: { version: '2027-01', numbersReleaseAfterDays: 30 } } }]);
    expect(await versionsNamed(account)).toEqual([
      { type: 'AccountOpened', policy: '2027-01' }, { type: 'SubscriptionStarted', policy: '2027-01' }, { type: 'CardChargeRequested', policy: null }, { type: 'NumberPurchased', policy: null },
      { type: 'CancellationAttempted', policy: '2027-01' }, { type: 'CancellationRequested', policy: '2027-01' }, { type: 'AutoRechargeSuspended', policy: null },
    ]);

    await tick(account, at(E, 29 * day));
    expect(await account.numbers()).toMatchObject([{ status: 'held' }]);
    await tick(account, at(E, 30 * day));
    expect(await account.numbers()).toMatchObject([{ status: 'releasing' }]);
    const timeline = await account.all<{ kind: string; detail: string }>('/timeline', { as: 'customer' });
    expect(timeline).toContainEqual(expect.objectContaining({ kind: 'purge-data', detail: expect.stringMatching(/^Kampagnen, Nachrichten, Kontakte/) }));
  });

  it('shows a language that it does not have in none, its own to whoever asks, and the first to whoever says no other', async () => {
    const account = await euros({ locale: 'fr' });
    const subscription = await account.subscribe('messaging-monthly-eur');
    expect(await preview(account, subscription)).toMatchObject({ locale: 'en', planName: 'Messaging, monthly' });
    expect(await preview(account, subscription, '?locale=es')).toMatchObject({ locale: 'es', reasons: expect.arrayContaining([{ code: 'business_closed', label: 'Mi negocio ha cerrado' }]) });
    const french = await account.get(`${pathOf(subscription)}/cancellation/preview?locale=fr`, { as: 'customer' });
    expect([french.told, french.json<Problem>().errors]).toEqual(['422 invalid_request', [{ pointer: '/query/locale', message: 'must be one of en, es, de' }]]);
  });

  it('refuses what it does not sell, ask and know', async () => {
    const pounds = await after.client.post('/v1/accounts', { body: { name: 'Ada', email: 'ada@example.com', timeZone: 'UTC', currency: 'GBP' } });
    expect(pounds.json<Problem>().errors).toEqual([{ pointer: '/currency', message: 'must be one of USD, EUR' }]);
    const account = await euros();
    const dollars = await account.post('/subscriptions', { planId: 'messaging-monthly' }, { as: 'customer' });
    expect(dollars.json<Problem>().errors).toEqual([{ pointer: '/planId', message: 'is sold in USD, and the account\'s currency is EUR' }]);
    const subscription = await account.subscribe('calling-monthly-eur');
    const reason = { reason: { code: 'low_quality' }, acknowledgedConsequences: true };
    expect((await account.post(`${pathOf(subscription)}/cancellation-attempts`, reason, { as: 'customer' })).told).toBe('422 reason_unknown');
    expect((await after.client.post('/v1/accounts', { body: { name: 'Ada', email: 'ada@example.com', timeZone: 'UTC', currency: 'EUR' } })).expect<{ numberFee: object }>(201)).toMatchObject({ currency: 'EUR' });
  });
});

describe('what was there before the file', () => {
  it('keeps what it was promised, and names no policy but the first', async () => {
    const account = await Account.open(before.client, { now: start });
    const subscription = await account.subscribe('messaging-monthly');
    await account.cancel(subscription);
    expect((await versionsNamed(account)).filter(({ policy }) => policy !== null)).toEqual([]);
    await tick(account, at(E, day));
    expect(await account.on(after.client).deadlines('release-numbers')).toEqual([`release-numbers pending ${at(E, 14 * day)}`]);
    await tick(account, at(E, 14 * day));
    expect(await account.on(after.client).deadlines('release-numbers')).toEqual([`release-numbers fired ${at(E, 14 * day)}`]);
  });

  it('has to be shown the new dates and words before an attempt is confirmed', async () => {
    const account = await Account.open(before.client, { now: start });
    const subscription = await account.subscribe('messaging-monthly');
    const shown = await account.attempt(subscription);
    const confirm = (through: Client, { attemptId, disclosures }: typeof shown) =>
      account.on(through).post(`${pathOf(subscription)}/cancellation-attempts/${attemptId}/confirm`, { acceptedDisclosures: acceptedOf(disclosures), acknowledgedConsequences: true }, { as: 'customer' });
    expect((await confirm(after.client, shown)).told).toBe('409 preview_stale');
    expect((await confirm(after.client, await account.on(after.client).attempt(subscription))).told).toBe('200');
  });

  it('is told also where the file was taken back', async () => {
    const account = await Account.open(after.client, { now: start, currency: 'EUR', locale: 'de' });
    await account.cancel(await account.subscribe('messaging-monthly-eur'), { code: 'unused' });
    const withdrawn = account.on(before.client);
    expect(await withdrawn.deadlines('release-numbers')).toEqual([`release-numbers planned ${at(E, 30 * day)}`]);
  });
});

describe('before a file is in force', () => {
  const check = async (text: string) => {
    const file = parsePolicy(text, 'own.yaml');
    return policyReport(file.policy, await before.app.get(BlastRadii).of(file));
  };
  const days = (count: number): string => example.replace('numbersReleaseAfterDays: 30', `numbersReleaseAfterDays: ${count}`).replace(/version: 2027-01(?=\n {4}texts:\n {6}en: Once)/, 'version: 2027-02');

  it('the accounts from before the directory have to be listed', async () => {
    await expect(check(example)).rejects.toThrow('not all listed yet');
    while ((await before.app.get(FoundAccounts).listEarlier()) !== 'done');
    expect((await check(example)).refused).toBe(false);
  });

  it('it says how many cancellations are open and which dates it would have promised otherwise', async () => {
    const account = await Account.open(before.client, { now: start });
    const counted = async () => /^open cancellations: (\d+) pending, (\d+) past the end with something still to come\n {2}release-numbers: (\d+) dates? promised and kept; this policy would have said (\d+) nearer, (\d+) later$/m.exec((await check(example)).text)!.slice(1).map(Number);
    const [pending, ended, dates, nearer, later] = await counted();
    await account.cancel(await account.subscribe('messaging-monthly'));
    expect(await counted()).toEqual([pending! + 1, ended, dates! + 1, nearer, later! + 1]);
    await tick(account, E);
    expect(await counted()).toEqual([pending, ended! + 1, dates! + 1, nearer, later! + 1]);
    // A command writes what a late worker has not.
    await account.topUp(100);
    expect(await counted()).toEqual([pending, ended! + 1, dates! + 1, nearer, later! + 1]);
    await tick(account, at(E, 14 * day));
    expect(await counted()).toEqual([pending, ended! + 1, dates, nearer, later]);
    expect((await check(example)).text).toContain('2027-01, after 2026-01\n  numbersReleaseAfterDays is 30 instead of 14, for cancellations from then on\n');
    expect((await check(policyText(builtInPolicy))).text).toContain('2026-01 is in force\n  nothing changes\n');
  });

  it('one that would have moved a promised date nearer is refused with the accounts it concerns, unless it says that all is kept', async () => {
    const account = await Account.open(before.client, { now: start });
    await account.cancel(await account.subscribe('messaging-monthly'));
    const { text, refused } = await check(days(7));
    expect(refused).toBe(true);
    expect(text).toContain(`\n  ${account.accountId}: release-numbers was promised for ${at(E, 14 * day)}, and would come at ${at(E, 7 * day)}\n`);
    const kept = await check(`${days(7)}openCancellations: as-promised\n`);
    expect(kept.refused).toBe(false);
    expect(kept.text).toMatch(/\d+ promises would be broken, and the file says that all are kept/);
  });

  it('one that would bill numbers after the end, where that was promised otherwise, is refused', async () => {
    const account = await Account.open(before.client, { now: start });
    await account.cancel(await account.subscribe('calling-annual'));
    const { text, refused } = await check(example.replace('numberFeesAfterEnd: false', 'numberFeesAfterEnd: true'));
    expect([refused, text.includes(`\n  ${account.accountId}: it was promised that numbers are not billed after the end\n`)]).toEqual([true, true]);
  });

  it('one without a plan that somebody has, or has scheduled a change to, is refused with both', async () => {
    const [has, changes] = [await Account.open(before.client, { now: start }), await Account.open(before.client, { now: start })];
    await has.subscribe('messaging-annual');
    const changing = await changes.subscribe('messaging-monthly');
    (await changes.post(`${pathOf(changing)}/plan`, { planId: 'messaging-annual' }, { as: 'customer' })).expect(200);
    const { text, refused } = await check(example.replace(/ {2}- planId: messaging-annual\n(?: {4}.*\n)+/, ''));
    expect(refused).toBe(true);
    expect(text).toContain(`\n  ${has.accountId}: has the plan messaging-annual, which is not in the file\n`);
    expect(text).toContain(`\n  ${changes.accountId}: a change is scheduled to the plan messaging-annual, which is not in the file\n`);
  });

  it('one that says something else under a name that is known is refused, and no process begins with it', async () => {
    const policies = new Policies(before.database);
    const { policy } = parsePolicy(example, 'own.yaml');
    expect(await policies.begin(builtInPolicy)).toBe(false);
    expect([await policies.begin(policy), await policies.begin(policy)]).toEqual([true, false]);
    const [reused, retold] = [example.replace('My business has closed', 'Closed'), example.replace('version: 2027-01', 'version: 2027-02').replace('wird keine Karte', 'wird nie eine Karte')];
    for (const [text, told] of [[reused, 'the policy 2027-01 has been in force with other contents'], [retold, 'the disclosure terms was accepted in its version 2027-01 with another text']] as const) {
      expect(await check(text)).toMatchObject({ refused: true, text: expect.stringContaining(`\nrefused: ${told}`) });
      await expect(policies.begin(parsePolicy(text, 'own.yaml').policy)).rejects.toThrow(PolicyContradicts);
    }
    expect((await policies.latest()).version).toBe('2027-01');
  });

  it('taking one back is looked at as any other is', async () => {
    const account = await Account.open(after.client, { now: start, currency: 'EUR' });
    await account.cancel(await account.subscribe('messaging-monthly-eur'));
    const { text, refused } = await check(policyText(builtInPolicy));
    expect(refused).toBe(true);
    expect(text).toContain(`\n  ${account.accountId}: release-numbers was promised for ${at(E, 30 * day)}, and would come at ${at(E, 14 * day)}\n`);
    expect(text).toContain(`\n  ${account.accountId}: has the plan messaging-monthly-eur, which is not in the file\n`);
  });

  it('one that is broken names its line, and nothing starts with it', async () => {
    const file = join(before.dataDir, 'broken.yaml');
    await writeFile(file, example.replace('numbersReleaseAfterDays: 30', 'numbersReleaseAfterDays: thirty'));
    const line = example.slice(0, example.indexOf('numbersReleaseAfterDays: 30')).split('\n').length;
    expect(() => before.settings({ POLICY_FILE: file })).toThrow(PolicyFileInvalid);
    expect(() => before.settings({ POLICY_FILE: file })).toThrow(`${file}:${line}: /periods/numbersReleaseAfterDays must be a whole number`);
  });
});
