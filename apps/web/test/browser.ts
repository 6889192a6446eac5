// A browser as customers have one, and an eye on everything that a page must not do.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import type { Account } from '../../../test/end-to-end/account.js';
import { small } from './small-png.js';

const screenshots = fileURLToPath(new URL('../screenshots', import.meta.url));
const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** How long a page may take on a machine that is busy. */
const patienceMs = 180_000;

export const viewport = { width: 760, height: 800 };
export const narrow = { width: 320, height: 800 };

export function launch(): Promise<Browser> {
  const executablePath = process.env['TEST_CHROMIUM'];
  if (executablePath === undefined) throw new Error('no TEST_CHROMIUM: run `npm test -- apps/web/test`');
  return chromium.launch({ executablePath });
}

/** A tab that is watched. */
export interface Tab {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Nothing is wrong with what is shown: not for axe, not for the policy, not for a narrow screen. With UPDATE_SCREENSHOTS=1 it is kept as a picture. */
  is(state: string): Promise<void>;
  /** The same, without a picture. */
  isRight(state: string): Promise<void>;
}

export const linkTo = async (account: Account): Promise<string> => (await account.post('/page-sessions')).expect<{ url: string }>(201).url;

/** Opens an account's page, by a link of its own, in place of whatever was there. */
export async function open({ page }: Pick<Tab, 'page'>, account: Account): Promise<void> {
  await page.goto(await linkTo(account));
  await page.getByRole('heading', { level: 1 }).waitFor();
}

/** Another browser as it were, with cookies and a cache of its own: it costs three times what a page does that is opened in a tab that is there. */
export async function newContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport, locale: 'en-US', timezoneId: 'Asia/Tokyo', reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(patienceMs);
  return context;
}

/** `origins`: of the service, and of an issuer where one signs in there; beside them nothing may be asked for. */
export async function tabIn(context: BrowserContext, ...origins: readonly string[]): Promise<Tab> {
  const page = await context.newPage();
  const wrong = watch(page, origins);
  await page.exposeFunction('refusedByPolicy', (what: string) => wrong.push(`refused by the policy: ${what}`));
  await page.addInitScript(`addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => refusedByPolicy([violatedDirective, blockedURI, sourceFile].join(' ')))`);
  const isRight = async (state: string): Promise<void> => {
    await settled(page);
    expect([state, await objectionsOfAxe(page)]).toEqual([state, []]);
    expect([state, await page.evaluate('Math.max(0, document.documentElement.scrollWidth - innerWidth)')]).toEqual([state, 0]);
    expect([state, wrong]).toEqual([state, []]);
  };
  return {
    page,
    context,
    isRight,
    async is(state) {
      await settled(page);
      if (process.env['UPDATE_SCREENSHOTS'] === '1') await keep(page, state);
      await isRight(state);
    },
  };
}

/** Grows with what should not be. */
function watch(page: Page, origins: readonly string[]): string[] {
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(`thrown: ${error.message}`));
  page.on('request', (request) => {
    if (!origins.some((origin) => request.url().startsWith(`${origin}/`)) && !request.url().startsWith('blob:')) wrong.push(`asked for: ${request.url()}`);
  });
  return wrong;
}

const settled = (page: Page): Promise<unknown> => page.getByText('One moment…').first().waitFor({ state: 'detached' });

/** `wholePage`: as far as it can be scrolled. */
export async function keep(page: Page, state: string, wholePage = true): Promise<void> {
  await mkdir(screenshots, { recursive: true });
  await writeFile(join(screenshots, `${state}.png`), small(await page.screenshot({ fullPage: wholePage, animations: 'disabled', caret: 'hide' })));
}

async function objectionsOfAxe(page: Page): Promise<readonly string[]> {
  // It stays until the page is loaded anew.
  if (await page.evaluate('typeof axe === "undefined"')) await page.evaluate(await axe);
  // React Aria says aloud there what is pending, by the name of what was pressed, which may be gone.
  const run = `axe.run({ exclude: ['[data-live-announcer]'] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(', ')))`;
  return page.evaluate<readonly string[]>(run);
}

/** Every date that is shown, `2026-04-30T07:00:00.000Z Thursday, April 30, 2026 at 12:00 AM PDT`, each once. */
export const datesOn = (page: Page): Promise<readonly string[]> => each(page, `main time`, `one.dateTime`);

/** Every sum that is shown, `160 USD $1.60`, each once. */
export const sumsOn = (page: Page): Promise<readonly string[]> => each(page, `main data`, `one.value`);

const each = async (page: Page, selector: string, value: string): Promise<readonly string[]> => {
  const found = await page.evaluate<readonly string[]>(`[...document.querySelectorAll('${selector}')].map((one) => ${value} + ' ' + one.textContent)`);
  return [...new Set(found.map((text) => text.replaceAll(/[\u00a0\u202f]/g, ' ')))].sort();
};
