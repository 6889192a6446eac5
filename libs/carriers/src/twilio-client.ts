// Twilio's client on our own line: its limits, its base URLs, no redirection, no repetition.
import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';
import { isObject, objectOf } from './json.js';
import { type Answer, Failure, type Line } from './line.js';

interface BaseUrls {
  readonly baseUrl: string | null;
  readonly messagingBaseUrl: string | null;
}

type Texts = Record<string, string | undefined>;

/** Under which name an answer holds the list of a resource. */
const lists: ReadonlyMap<string, string> = new Map([
  ['Accounts', 'accounts'],
  ['IncomingPhoneNumbers', 'incoming_phone_numbers'],
  ['BrandRegistrations', 'data'],
  ['Services', 'services'],
  ['Usa2p', 'compliance'],
]);

/** The list that was asked for, and where it goes on: Twilio's client takes the first list in an answer for it, or the one that the answer names. Throws a `Failure` where there is none. */
function listIn({ pathname }: URL, answer: Answer): object {
  const content = objectOf(answer);
  const name = lists.get(/([^/]+?)(\.json)?$/.exec(pathname)![1]!)!;
  const { [name]: list, meta, next_page_uri } = content;
  const { key = name, next_page_url } = isObject(meta) ? meta : {};
  if (answer.status !== 200 || key !== name || !Array.isArray(list)) throw new Failure(answer.status, 'answer-unreadable');
  return { [name]: list, next_page_uri, meta: { key: name, next_page_url } };
}

/** Every list is asked for with the size of its pages. */
function bodyOf(asked: URL, answer: Answer): unknown {
  if (answer.status === 204) return answer.text;
  return asked.searchParams.has('PageSize') ? listIn(asked, answer) : objectOf(answer);
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
    const answer = await this.line.request(url.href, {
      method: method.toUpperCase(),
      headers: { ...(headers as Record<string, string>), authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
      ...(data && { body: new URLSearchParams(data as Record<string, string>).toString() }),
    });
    return { statusCode: answer.status, body: bodyOf(url, answer) as Data, headers: {} };
  }

  #url(uri: string): URL {
    const url = new URL(uri);
    const base = url.hostname.startsWith('messaging.') ? this.baseUrls.messagingBaseUrl : this.baseUrls.baseUrl;
    return base === null ? url : new URL(base.replace(/\/$/, '') + url.pathname + url.search);
  }
}

export const lineClient = (line: Line, baseUrls: BaseUrls): twilio.RequestClient => new LineClient(line, baseUrls);
