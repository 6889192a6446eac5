// Telnyx' client on our own line: its limits, no redirection, no repetition.
import Telnyx from 'telnyx';
import { isObject, objectOf } from './json.js';
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
      const answer = await line.request(url instanceof Request ? url.url : url.toString(), {
        method,
        headers: Object.fromEntries(new Headers(headers as Record<string, string>)),
        ...(typeof body === 'string' && { body }),
      });
      const { status, text } = answer;
      const saysNothing = status === 204 && method === 'DELETE';
      if (!saysNothing) objectOf(answer);
      return new Response(saysNothing ? null : text, { status, headers: { 'content-type': 'application/json' } });
    },
  });
}

/** A page of a list as Telnyx' client asks for it. */
interface Asked {
  asResponse(): Promise<Response>;
}

/** What an answer says, without the client's own pages: they take an answer that holds no list for an empty list. */
export const contentOf = async <Content extends object>(asked: Asked): Promise<{ readonly [Name in keyof Content]?: unknown }> =>
  (await (await asked.asResponse()).json()) as { readonly [Name in keyof Content]?: unknown };

/** One page, and how many there are. */
export interface TelnyxPage<Item> {
  readonly data: readonly Item[];
  readonly pages: number;
}

/** Throws a `Failure` where the answer holds no list. */
export async function pageOf<Item>(asked: Asked): Promise<TelnyxPage<Item>> {
  const { data, meta } = await contentOf<{ data: unknown; meta: unknown }>(asked);
  const pages = (meta as { readonly total_pages?: unknown } | undefined)?.total_pages;
  if (!Array.isArray(data) || !data.every(isObject) || typeof pages !== 'number') throw new Failure(200, 'answer-unreadable');
  return { data: data as Item[], pages };
}

/** What stands on all pages, which count from 1. */
export async function* everyOf<Item>(read: (page: number) => Promise<TelnyxPage<Item>>): AsyncGenerator<Item> {
  for (let number = 1; ; number += 1) {
    const { data, pages } = await read(number);
    yield* data;
    if (number >= pages) return;
  }
}
