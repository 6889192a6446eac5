// A night at the operators' desk: five kinds of trouble, each found from the first screen in two clicks and mended from there; the events bear the reason.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { Account } from '../../../test/end-to-end/account.js';
import { startInProcess, type InProcess } from '../../../test/end-to-end/in-process.js';
import { startLimitMs } from '../../../test/end-to-end/running.js';
import type { OpsEffect } from '../../../test/end-to-end/shapes.js';
import { eventually } from '../../../test/support/eventually.js';
import { clientId, startIssuer, type StubIssuer } from '../../../test/support/issuer.js';
import { press, see, title } from './actions.js';
import { narrow, newContext, tabIn } from './browser.js';
import { withPages } from './pages.js';

const operator = { as: 'operator' } as const;
/** More than the storm guard lets pass within an hour. */
const stormy = 9;

const given = withPages({ EFFECTS_PER_HOUR: '6' });

/** Presses Tab until what has that name has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<string>(`(document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '') + (document.activeElement?.tagName === 'TEXTAREA' ? 'reason' : '')`);
    if (name.test(focused)) return;
  }
  throw new Error(`Tab leads to no ${name}`);
}

/** One act on what the list shows: why, what it would be done to, and done. */
async function act(page: Page, name: string, reason: string, shown: RegExp, changed: number): Promise<void> {
  await press(page, `${name}…`);
  await page.getByRole('textbox', { name: /Why\?/ }).fill(reason);
  await press(page, 'Show what it would do');
  await see(page, shown);
  await press(page, new RegExp(`^Do it: ${name}`));
  await see(page, `Done: ${changed} changed, 0 refused.`);
  await press(page, 'Close');
}

const toNow = (page: Page): Promise<void> => page.getByRole('link', { name: 'Now', exact: true }).click();
const follow = (page: Page, name: RegExp): Promise<void> => page.getByRole('list', { name: 'Trouble' }).getByRole('link', { name }).click();

describe('the desk', () => {
  it('finds five kinds of trouble in two clicks each, and mends them with a reason', async () => {
    const { running: { client, databaseUrl }, browser, origin } = given();
    const effectsOf = (account: Account) => client.all<OpsEffect>(`/v1/ops/effects?accountId=${account.accountId}&kind=release-number`, operator);
    const database = new pg.Client({ connectionString: databaseUrl });
    await database.connect();
    let answers = 410;
    const platform: Server = createServer((_request, response) => response.writeHead(answers).end());
    await new Promise<void>((listens) => { platform.listen(0, '127.0.0.1', listens); });
    try {
      // A carrier that says no, an endpoint that is gone, and a purge that finds the person where nobody thought of.
      const refused = await Account.open(client);
      await refused.subscribe();
      const [e164] = await refused.buyNumbers(1);
      (await client.send('PUT', `/v1/dev/carrier/faults/${encodeURIComponent(e164!)}`, { ...operator, body: { fault: 'blocked' } })).expect(200);
      await refused.removeNumber(e164!);
      const { endpointId } = (await client.post('/v1/webhook-endpoints', { body: { url: `http://127.0.0.1:${(platform.address() as AddressInfo).port}/night` } })).expect<{ endpointId: string }>(201);
      const forgotten = await Account.open(client, { name: 'Marker-desk name', email: 'marker-desk@example.com' });
      await database.query(`CREATE TABLE somebody_elses (note text)`);
      await database.query(`INSERT INTO somebody_elses VALUES ('written down: Marker-desk name, and more')`);
      (await forgotten.post('/erasure', { basis: 'gdpr-art-17' }, operator)).expect(202);
      const purge = async () => (await client.get(`/v1/ops/purges?accountId=${forgotten.accountId}`, operator)).expect<{ data: { status: string; findingsAccepted: string | null }[] }>(200).data[0]!;
      await eventually('the carrier has said no', async () => (await effectsOf(refused))[0]?.status === 'blocked', 240_000);
      await eventually('the purge has found something', async () => (await purge()).status === 'failed', 240_000);
      const endpoint = async () => (await client.get(`/v1/webhook-endpoints/${endpointId}`)).expect<{ status: string }>(200).status;
      await eventually('the endpoint is gone', async () => (await endpoint()) === 'disabled', 240_000);
      // And a worker that stands still, while a storm gathers.
      (await client.send('PUT', '/v1/dev/faults/worker-stopped', { body: { seconds: 600 } })).expect(200);
      await eventually('the worker stands still', async () => (await client.get('/v1/dev/faults/worker-stopped')).expect<{ followedSince: string | null }>(200).followedSince !== null, 120_000);
      const crowd = await Account.open(client);
      await crowd.subscribe();
      for (const number of await crowd.buyNumbers(stormy)) await crowd.removeNumber(number);

      const tab = await tabIn(await newContext(browser, { viewport: { width: 1280, height: 900 } }), origin);
      const { page } = tab;
      await page.goto(`${origin}/ops/`);
      await title(page, 'The operators’ desk');
      await tab.isRight('desk: nobody');
      await press(page, 'Enter as operator');
      await title(page, 'What is wrong now');
      for (const trouble of ['Overdue effects', 'Blocked effects', 'Purges', 'Disabled webhooks']) await page.getByRole('list', { name: 'Trouble' }).getByText(trouble, { exact: true }).waitFor();
      await tab.is('desk-now');

      // Two clicks to what waits for the worker, which is mended where it runs; what had gathered is held by the storm guard.
      await follow(page, /Overdue effects/);
      await title(page, 'Effects');
      await page.getByRole('row').filter({ hasText: crowd.accountId }).first().waitFor();
      (await client.send('DELETE', '/v1/dev/faults/worker-stopped')).expect(204);
      await eventually('the storm is held', async () => (await client.get('/v1/ops/pauses?status=in-force', operator)).expect<{ data: { cause: string }[] }>(200).data.some(({ cause }) => cause === 'storm-guard'), 240_000);

      // By keyboard alone.
      await toNow(page);
      await page.getByRole('list', { name: 'Trouble' }).getByText('Storm guard', { exact: true }).waitFor();
      await page.getByRole('heading', { level: 1 }).focus();
      await tabTo(page, /Storm guard/);
      await page.keyboard.press('Enter');
      await title(page, 'Pauses');
      await page.getByRole('row').filter({ hasText: 'storm-guard' }).waitFor();
      await tabTo(page, /^Let go…$/);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await tab.isRight('desk: an act');
      await tabTo(page, /reason$/);
      await page.keyboard.type('The platform gave back a whole batch, on purpose');
      await tabTo(page, /^Show what it would do$/);
      await page.keyboard.press('Enter');
      await see(page, 'It would be done to 1 entry.');
      await tab.is('desk-act');
      await tabTo(page, /^Do it: Let go/);
      await page.keyboard.press('Enter');
      await see(page, 'Done: 1 changed, 0 refused.');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await eventually('the storm has passed', async () => (await effectsOf(crowd)).every(({ status }) => status === 'done'), 240_000);

      (await client.send('DELETE', `/v1/dev/carrier/faults/${encodeURIComponent(e164!)}`, operator)).expect(204);
      await toNow(page);
      await follow(page, /Blocked effects/);
      await page.getByRole('row').filter({ hasText: refused.accountId }).waitFor();
      await tab.is('desk-list');
      await act(page, 'Try again', 'The carrier has unlocked it', /It would be done to \d+ entr/, 1);
      await eventually('the number is given back', async () => (await effectsOf(refused))[0]!.status === 'done', 240_000);

      await toNow(page);
      await follow(page, /Purges/);
      await page.getByRole('row').filter({ hasText: 'somebody_elses' }).waitFor();
      await act(page, 'Settle', 'The name of a street, in another table', /It would be done to 1 entry/, 1);
      await eventually('the purge is done', async () => (await purge()).status === 'done', 240_000);

      answers = 204;
      await toNow(page);
      await follow(page, /Disabled webhooks/);
      await act(page, 'Try again', 'The platform is up again', /It would be done to 1 entry/, 1);
      expect(await endpoint()).toBe('enabled');

      // Each is on record with its reason, in the account's own events where it is about one.
      await page.getByRole('link', { name: 'Acts', exact: true }).click();
      await title(page, 'What was done to many at once');
      await see(page, 'The platform is up again');
      await tab.isRight('desk: acts');
      const { data: done } = (await client.get('/v1/ops/acts?limit=4', { as: 'viewer' })).expect<{ data: { act: string; reason: string; changed: number }[] }>(200);
      expect(done.map(({ act: name, reason, changed }) => [name, reason, changed])).toEqual([
        ['retry', 'The platform is up again', 1], ['settle', 'The name of a street, in another table', 1], ['retry', 'The carrier has unlocked it', 1], ['let-go', 'The platform gave back a whole batch, on purpose', 1],
      ]);
      expect(await refused.events('NumberReleaseRetried')).toMatchObject([{ data: { reason: 'The carrier has unlocked it' }, actor: { role: 'operator' } }]);
      expect((await purge()).findingsAccepted).toContain('The name of a street');
    } finally {
      platform.close();
      await database.query('DROP TABLE IF EXISTS somebody_elses');
      await database.end();
    }
  }, startLimitMs);

  it('shows an account whole to whoever may only look, who is offered no act', async () => {
    const { running: { client }, browser, origin } = given();
    const account = await Account.open(client, { email: 'wanted@example.com', name: 'Wanda' });
    const subscription = await account.subscribe();
    await account.cancel(subscription);
    const tab = await tabIn(await newContext(browser, { viewport: { width: 1280, height: 900 } }), origin);
    const { page } = tab;
    await page.goto(`${origin}/ops/#/deadlines?accountId=${account.accountId}`);
    await press(page, 'Enter as viewer');
    await title(page, 'Deadlines');
    await page.getByRole('row').filter({ hasText: 'period-end' }).waitFor();
    expect(await page.getByRole('button', { name: /…$/ }).count()).toBe(0);
    await page.getByRole('combobox', { name: /^Kind/ }).selectOption('purge-data');
    await press(page, 'Filter');
    await see(page, 'Nothing here.');
    expect(page.url()).toContain('kind=purge-data');
    await page.getByRole('link', { name: 'Accounts' }).click();
    await page.getByRole('textbox', { name: /^Id, e-mail/ }).fill('Wanted@example.com');
    await press(page, 'Look');
    await page.getByRole('link', { name: account.accountId }).click();
    await see(page, 'It follows when it is due.');
    await see(page, 'CancellationRequested');
    expect(page.url()).not.toContain('wanted');
    await tab.is('desk-account');
    await tabTo(page, /^Step by step through time$/);
    await page.keyboard.press('Enter');
    await see(page, /^Step by step: version \d+$/);
    await tabTo(page, /^First$/);
    await page.keyboard.press('Enter');
    await see(page, 'Step by step: version 1');
    await page.getByRole('row', { name: /^terms\.timeZone/ }).filter({ hasText: 'UTC' }).waitFor();
    await tabTo(page, /^Later$/);
    await page.keyboard.press('Enter');
    await see(page, 'Step by step: version 2');
    expect(page.url()).toMatch(/version=2$/);
    await page.getByRole('row', { name: /^subscriptions\..+\.term\.planId/ }).first().waitFor();
    await tab.isRight('desk: step by step');
    await page.setViewportSize(narrow);
    await tab.isRight('desk: an account, narrow');
    await page.getByRole('link', { name: 'Now', exact: true }).click();
    await title(page, 'What is wrong now');
    await tab.isRight('desk: now, narrow');
    await page.getByRole('link', { name: 'Español' }).click();
    await title(page, 'Qué va mal ahora');
    await press(page, 'Salir');
    await title(page, 'La mesa de operadores');
  });
});

describe('the desk of two persons, who sign in at their issuer', () => {
  let issuer: StubIssuer;
  let service: InProcess;
  beforeAll(async () => {
    issuer = await startIssuer();
    service = await startInProcess({ FOUR_EYES: 'true', OIDC_ISSUER: issuer.issuer, OIDC_AUDIENCE: 'sunset', OIDC_CLIENT_ID: clientId });
  }, startLimitMs);
  afterAll(async () => {
    await service.stop();
    await issuer.stop();
  }, startLimitMs);

  it('has what nobody can undo asked for by one and confirmed by the other, and loses no address', async () => {
    const { origin } = new URL(service.client.base);
    const account = await Account.open(service.client);
    await account.subscribe();
    const status = async (): Promise<unknown> => (await service.database.query<{ status: string }>(`SELECT status FROM sunset.deadlines WHERE account_id = $1 AND kind = 'period-end'`, [account.accountId]))[0]?.status;
    await service.database.execute(`UPDATE sunset.deadlines SET status = 'dead' WHERE account_id = $1 AND kind = 'period-end'`, [account.accountId]);
    const tab = await tabIn(await newContext(given().browser, { viewport: { width: 1280, height: 900 } }), origin, issuer.issuer);
    const { page } = tab;
    const [ada, bea] = [{ subject: 'ada', role: 'operator' }, { subject: 'bea', role: 'operator' }];
    const leave = async (): Promise<void> => {
      await press(page, 'Leave');
      await page.waitForURL(`${origin}/ops/`);
      await title(page, 'The operators’ desk');
    };

    issuer.person = null;
    await page.goto(`${origin}/ops/#/deadlines?status=dead`);
    await title(page, 'The operators’ desk');
    await tab.isRight('desk: nobody, with an issuer');
    await press(page, 'Sign in');
    await see(page, 'You are not signed in: Nobody of this house.');
    issuer.person = ada;
    await press(page, 'Sign in');
    await page.getByRole('row').filter({ hasText: account.accountId }).waitFor();
    expect(page.url()).toBe(`${origin}/ops/#/deadlines?status=dead`);

    await press(page, 'Try again…');
    await page.getByRole('textbox', { name: /Why\?/ }).fill('The disk was full');
    await press(page, 'Show what it would do');
    await press(page, /^Do it: Try again/);
    await see(page, 'Nothing is done yet.');
    await tab.isRight('desk: asked for instead');
    await page.getByRole('link', { name: 'To what you have asked for' }).click();
    await title(page, 'Act on many');
    await see(page, 'You have asked for it yourself');
    expect(await page.getByRole('button', { name: /^Confirm it/ }).count()).toBe(0);
    const asked = page.url();
    await leave();

    issuer.person = bea;
    await press(page, 'Sign in');
    await see(page, '1 act waits for a second person');
    await tabTo(page, /^Act on many$/);
    await page.keyboard.press('Enter');
    await see(page, 'The disk was full');
    await tab.isRight('desk: to be confirmed');
    await tabTo(page, /^Confirm it/);
    await page.keyboard.press('Enter');
    await see(page, 'Confirmed, and done.');
    await see(page, 'It is for ada to carry it out.');
    expect(await status()).toBe('dead');
    await leave();

    issuer.person = ada;
    await page.goto(asked);
    await press(page, 'Sign in');
    await press(page, /^Do it: Try again/);
    await see(page, 'Done: 1 changed, 0 refused.');
    expect(await status()).toBe('pending');

    const over = JSON.stringify({ token: await issuer.token(ada, 'sunset', -3_600) });
    await page.evaluate(`sessionStorage.setItem('sunset:staff', ${JSON.stringify(over)})`);
    await page.reload();
    await see(page, 'Your sign-in has run out.');
    await press(page, 'Sign in');
    await see(page, 'The disk was full');
    expect(page.url()).toBe(asked);

    issuer.person = { subject: 'vic', role: 'viewer' };
    await leave();
    await page.goto(asked.replace(/asked-acts.*/, 'deadlines'));
    await press(page, 'Sign in');
    await see(page, 'You may look: acts are for operators.');
    expect(await page.getByRole('button', { name: /…$/ }).count()).toBe(0);

    for (const one of [account, await Account.open(service.client)]) {
      const { holdId } = (await one.post('/legal-holds', { reason: 'a matter', reviewAt: '2031-01-01T00:00:00Z' }, { as: 'operator' })).expect<{ holdId: string }>(201);
      expect((await one.send('DELETE', `/legal-holds/${holdId}`, { as: 'operator' })).told).toBe('409 second_person_needed');
    }
    await page.goto(`${origin}/ops/#/accounts/${account.accountId}`);
    await see(page, '1 act waits for a second person');
    await tab.isRight('desk: an account that something waits for');
  }, startLimitMs);
});
