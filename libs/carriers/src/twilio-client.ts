// Twilio's client on our own line: its limits, its base URLs, no redirection, no repetition.
import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';
import { Failure, type Line } from './line.js';

interface BaseUrls {
  readonly baseUrl: string | null;
  readonly messagingBaseUrl: string | null;
}

type Texts = Record<string, string | undefined>;

/** Twilio's client takes the first list in an answer for the one that it asked for, whatever it lists. Its name is told in `meta.key`, or is that of the resource: `IncomingPhoneNumbers.json` lists `incoming_phone_numbers`. */
function holdsList({ pathname }: URL, text: string): boolean {
  const resource = /([^/]+?)(\.json)?$/.exec(pathname)![1]!;
  try {
    const content = JSON.parse(text) as Readonly<Record<string, unknown>> & { readonly meta?: { readonly key?: string } };
    return Array.isArray(content[content.meta?.key ?? resource.replaceAll(/(?<!^)[A-Z]/g, '_$&').toLowerCase()]);
  } catch {
    return false;
  }
}

class LineClient extends twilio.RequestClient {
  constructor(
    private readonly line: Line,
    private readonly baseUrls: BaseUrls,
  ) {
    super();
  }

  override async request<Data>(options: RequestClient.RequestOptions<Data>) {
    const { method, uri, username, password, headers, params, data } = options as RequestClient.RequestOptions<Texts, Texts>;
    if (!username || !password) throw new Failure(401, 'status');
    const url = this.#url(uri);
    for (const [name, value] of Object.entries(params ?? {})) if (value !== undefined) url.searchParams.set(name, value);
    const { status, text } = await this.line.request(url.href, {
      method: method.toUpperCase(),
      headers: { ...(headers as Record<string, string>), authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
      ...(data && { body: new URLSearchParams(data as Record<string, string>).toString() }),
    });
    if (status === 200 && params?.['PageSize'] !== undefined && !holdsList(url, text)) throw new Failure(200, 'answer-unreadable');
    return { statusCode: status, body: text as Data, headers: {} };
  }

  #url(uri: string): URL {
    const url = new URL(uri);
    const base = url.hostname.startsWith('messaging.') ? this.baseUrls.messagingBaseUrl : this.baseUrls.baseUrl;
    return base === null ? url : new URL(base.replace(/\/$/, '') + url.pathname + url.search);
  }
}

export const lineClient = (line: Line, baseUrls: BaseUrls): twilio.RequestClient => new LineClient(line, baseUrls);
