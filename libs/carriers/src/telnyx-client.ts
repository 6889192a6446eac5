// Telnyx' client on our own line: its limits, no redirection, no repetition.
import Telnyx from 'telnyx';
import { Failure, type Line } from './line.js';

export function lineClient(line: Line, { apiKey, baseUrl, timeoutMs }: { readonly apiKey: string; readonly baseUrl: string; readonly timeoutMs: number }): Telnyx {
  return new Telnyx({
    apiKey,
    baseURL: baseUrl,
    maxRetries: 0,
    // The line is the one that gives up first.
    timeout: timeoutMs * 2,
    logLevel: 'off',
    async fetch(url, init) {
      const { method = 'GET', headers, body } = init ?? {};
      const { status, text } = await line.request(url instanceof Request ? url.url : url.toString(), {
        method,
        headers: Object.fromEntries(new Headers(headers as Record<string, string>)),
        ...(typeof body === 'string' && { body }),
      });
      return new Response(status === 204 ? null : text, { status, headers: { 'content-type': 'application/json' } });
    },
  });
}

interface Page<Item> {
  readonly data: readonly Item[];
  readonly meta: { readonly total_pages?: number };
  hasNextPage(): boolean;
  getNextPage(): Promise<Page<Item>>;
}

/** What stands on all pages. Telnyx' client takes an answer that is no list for an empty list; here it is a `Failure`. */
export async function* everyOf<Item>(first: PromiseLike<Page<Item>>): AsyncGenerator<Item> {
  for (let page = await first; ; page = await page.getNextPage()) {
    if (!Array.isArray(page.data) || typeof page.meta.total_pages !== 'number') throw new Failure(200, 'answer-unreadable');
    yield* page.data;
    if (!page.hasNextPage()) return;
  }
}
