// What the page refuses in a real browser: links and cookies in other hands, another account's session, other sites' requests, and frames.
import { expect, it } from '@jest/globals';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { choose, goToStep, press, see, sentence, title } from './actions.js';
import { linkTo, newContext, open, tabIn } from './browser.js';
import { customer } from './customers.js';
import type { Given } from './pages.js';

export function sessions(given: Given): void {
  const ann = () => customer(given().running.client);
  const titleOf = async (page: Page): Promise<string> => (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';

  it('is opened by a link in one browser, once, within five minutes, and leaves no token in the address, the history or the storage', async () => {
    const { account } = await ann();
    const { browser, origin, running } = given();
    const [link, old] = [await linkTo(account), await linkTo(account)];
    const first = await (await newContext(browser)).newPage();
    await first.goto(link);
    expect(await titleOf(first)).toBe('Membership');
    expect(await first.evaluate('[location.href, document.referrer, history.length, localStorage.length, sessionStorage.length, document.cookie]')).toEqual([`${origin}/membership/`, '', 2, 0, 0, '']);
    const [cookie] = await first.context().cookies();
    expect(cookie).toMatchObject({ name: 'sunset_page', httpOnly: true, sameSite: 'Strict' });

    const database = new pg.Client({ connectionString: running.databaseUrl });
    await database.connect();
    await database.query(`UPDATE sunset.page_sessions SET expires_at = expires_at - interval '5 minutes' WHERE account_id = $1 AND session_hash IS NULL`, [account.accountId]);
    await database.end();
    const other = await (await newContext(browser)).newPage();
    for (const one of [link, old]) {
      await other.goto(one);
      expect(await titleOf(other)).toBe('This page has closed');
    }
    // Whoever opened it stays inside, also when it is opened once more.
    await first.goto(link);
    expect(await titleOf(first)).toBe('Membership');
  });

  it('that has gone is told', async () => {
    const { account, subscription } = await ann();
    await account.cancel(subscription);
    const { tab, origin } = given();
    await open(tab, account);
    const other = await tabIn(tab.context, origin);
    await other.page.goto(`${origin}/membership/`);
    await title(other.page, 'Membership');
    // The button is at the foot, and moves until all above it is there.
    await other.isRight('another tab');
    await press(other.page, 'Close this page');
    await title(other.page, 'This page has closed');
    await press(tab.page, /^Resume/);
    await title(tab.page, 'This page has closed');
    await tab.is('session-gone');
    expect((await account.subscription(subscription)).cancelAtPeriodEnd).toBe(true);
  });

  it('of another account, opened in the same browser, is told to the tab of the first, also at a step, and gets nothing of what was done there', async () => {
    const [someone, other] = [await ann(), await ann()];
    const { tab, tab: { page, context }, origin } = given();
    await open(tab, someone.account);
    const { page: overview } = await tabIn(context, origin);
    await overview.goto(`${origin}/membership/`);
    await title(overview, 'Membership');
    await goToStep(page, someone, 4);
    await choose(page, 'It costs too much');
    const address = page.url();
    const { page: others } = await tabIn(context, origin);
    await open({ page: others }, other.account);
    const asked: string[] = [];
    for (const one of [page, overview]) one.on('request', (request) => { if (request.method() !== 'GET') asked.push(`${request.method()} ${new URL(request.url()).pathname}`); });
    await press(page, sentence);
    await title(page, 'Another account is open');
    await press(overview, 'Close this page');
    await title(overview, 'Another account is open');
    await tab.is('another-account');
    expect(asked).toEqual([`POST /v1/accounts/${someone.account.accountId}/subscriptions/${someone.subscription.subscriptionId}/cancellation-attempts`]);
    expect(await other.account.events('CancellationAttempted')).toEqual([]);
    await press(overview, 'Show the other account');
    await title(overview, 'Membership');
    // Whoever comes from nowhere learns it, too.
    await others.goto(address);
    await see(others, /is not in this account: it belongs to another one/);
    await title(others, 'Membership');
    const statusOf = (path: string, init: string) => others.evaluate<number>(`fetch('/v1/accounts/${someone.account.accountId}${path}', ${init}).then(({ status }) => status)`);
    expect([await statusOf('/membership', '{}'), await statusOf(`/subscriptions/${someone.subscription.subscriptionId}/resume`, `{ method: 'POST' }`)]).toEqual([404, 404]);
  });

  it('serves no other site: neither a form, nor a script, nor a frame, unless that site is named', async () => {
    const { account } = await ann();
    const { tab, tab: { context }, origin, otherSite } = given();
    await open(tab, account);
    const path = `/v1/accounts/${account.accountId}/subscriptions`;
    const page = await context.newPage();
    otherSite.show(`<form method="post" action="${origin}${path}"><input name="planId" value="calling-monthly"></form>`);
    await page.goto(otherSite.at('localhost'));
    const script = `fetch('${origin}${path}', { method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body: '{"planId":"calling-monthly"}' }).then(() => 'sent', () => 'refused')`;
    expect(await page.evaluate(script)).toBe('refused');
    expect(await page.evaluate(`fetch('${origin}/v1/accounts/${account.accountId}/membership', { credentials: 'include' }).then(() => 'read', () => 'refused')`)).toBe('refused');
    const [answer] = await Promise.all([page.waitForResponse((response) => response.url().endsWith(path)), page.waitForURL(`${origin}${path}`), page.evaluate('document.forms[0].submit()')]);
    expect(answer.status()).toBeGreaterThanOrEqual(401);
    expect((await account.events('SubscriptionStarted')).length).toBe(1);

    otherSite.show(`<iframe src="${origin}/membership/"></iframe>`);
    await page.goto(otherSite.at('localhost'));
    await page.waitForLoadState('networkidle');
    expect(page.frames().map((frame) => frame.url())).not.toContain(`${origin}/membership/`);
    // What would be inside if it could, and is where it may.
    expect((await context.cookies(origin)).map(({ name }) => name)).toEqual(['sunset_page']);
    await page.goto(otherSite.at('127.0.0.1'));
    await page.frameLocator('iframe').getByRole('button', { name: 'Unsubscribe' }).waitFor();
  });
}
