// One service and one browser for all that a file looks at in a browser: each costs more to start than most of what is looked at.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startLimitMs, startRunning, type Running } from '../../../test/end-to-end/running.js';
import { launch, newContext, tabIn, viewport, type Tab } from './browser.js';

/** Another site, and what it shows. */
export class OtherSite {
  private html = '';
  private readonly server: Server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(this.html));

  start(): Promise<void> {
    return new Promise((done) => this.server.listen(0, '127.0.0.1', done));
  }

  stop(): void {
    this.server.close();
  }

  show(html: string): void {
    this.html = html;
  }

  /** `localhost` is another site than `127.0.0.1`, another port of it is the same. */
  at(host: 'localhost' | '127.0.0.1'): string {
    return `http://${host}:${(this.server.address() as AddressInfo).port}`;
  }
}

export interface Pages {
  readonly running: Running;
  readonly browser: Browser;
  /** Where the service is. */
  readonly origin: string;
  /** The one that is there for whatever needs no other. */
  readonly tab: Tab;
  /** At `127.0.0.1` it may show the page in a frame, at `localhost` it may not. */
  readonly otherSite: OtherSite;
  /** So that the next finds the tab as the first did. */
  tidy(): Promise<void>;
  stop(): Promise<void>;
}

/** What there is once it has started. */
export type Given = () => Pages;

/** For a file: starts them before its first test, tidies up after each, and stops them. */
export function withPages(environment: Readonly<Record<string, string>> = {}): Given {
  let pages: Pages;
  beforeAll(async () => { pages = await startPages(environment); }, startLimitMs);
  afterAll(() => pages.stop(), startLimitMs);
  afterEach(() => pages.tidy());
  return () => pages;
}

async function startPages(environment: Readonly<Record<string, string>>): Promise<Pages> {
  const otherSite = new OtherSite();
  await otherSite.start();
  const [running, browser] = await Promise.all([startRunning({ environment: { FRAME_ANCESTORS: otherSite.at('127.0.0.1'), ...environment } }), launch()]);
  const { origin } = new URL(running.client.base);
  const tab = await tabIn(await newContext(browser), origin);
  return {
    running, browser, origin, tab, otherSite,
    async tidy() {
      const { context, page } = tab;
      await Promise.all(browser.contexts().filter((one) => one !== context).map((one) => one.close()));
      await Promise.all(context.pages().filter((one) => one !== page).map((one) => one.close()));
      await Promise.all([context.unrouteAll({ behavior: 'ignoreErrors' }), page.unrouteAll({ behavior: 'ignoreErrors' }), page.emulateMedia({ colorScheme: null, forcedColors: null }), page.setViewportSize(viewport)]);
    },
    async stop() {
      otherSite.stop();
      await browser.close();
      await running.stop();
    },
  };
}
