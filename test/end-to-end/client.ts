// A client as anybody could write it: HTTP, tokens of the sandbox, and every answer held to the published document.
import { Contract } from './contract.js';
import type { Problem } from './shapes.js';

export type Role = 'customer' | 'service' | 'operator' | 'viewer' | 'analyst';

export interface Options {
  /** Who asks; `null`: nobody, without a token. `service` unless told. */
  readonly as?: Role | null;
  /** The account of a customer. */
  readonly accountId?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: { readonly type: string; readonly content: string };
  /** The Idempotency-Key. */
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export class Answer {
  constructor(
    /** `GET /v1/plans` */
    readonly request: string,
    readonly status: number,
    readonly headers: Headers,
    readonly text: string,
  ) {}

  json<T>(): T {
    return JSON.parse(this.text) as T;
  }

  /** The body of a good answer; throws an `Error` that tells any other. */
  expect<T>(status: number): T {
    if (this.status !== status) throw new Error(`${this.request}: ${status} expected, ${this.status} came: ${this.text}`);
    return (this.text === '' ? undefined : this.json<T>()) as T;
  }

  /** `409 subscription_ended`, or the status alone of an answer that is no problem. */
  get told(): string {
    const isProblem = this.headers.get('content-type')?.startsWith('application/problem+json');
    return isProblem ? `${this.status} ${this.json<Problem>().code}` : String(this.status);
  }
}

export class Client {
  private readonly tokens = new Map<string, Promise<string>>();

  private constructor(
    readonly base: string,
    readonly contract: Contract,
  ) {}

  static async connect(base: string): Promise<Client> {
    const document = await fetch(`${base}/openapi.json`);
    return new Client(base, new Contract((await document.json()) as ConstructorParameters<typeof Contract>[0]));
  }

  /** Throws when the answer is not what the document states, and when there is none. */
  async send(method: string, path: string, { as = 'service', accountId, body, raw, key, headers = {} }: Options = {}): Promise<Answer> {
    const sent: Record<string, string> = { ...headers };
    if (as !== null) sent['authorization'] ??= `Bearer ${await this.token(as, accountId)}`;
    if (key !== undefined) sent['idempotency-key'] = key;
    if (raw) sent['content-type'] = raw.type;
    else if (body !== undefined) sent['content-type'] = 'application/json';
    const content = raw ? raw.content : body === undefined ? undefined : JSON.stringify(body);
    const response = await fetch(this.base + path, { method, headers: sent, ...(content !== undefined && { body: content }) });
    const text = await response.text();
    const mediaType = response.headers.get('content-type')?.split(';', 1)[0] ?? null;
    const { pathname } = new URL(this.base + path);
    this.contract.check(method, pathname, { status: response.status, mediaType, text });
    if (response.ok && body !== undefined) this.contract.checkAccepted(method, pathname, body);
    return new Answer(`${method} ${path}`, response.status, response.headers, text);
  }

  get(path: string, options?: Options): Promise<Answer> {
    return this.send('GET', path, options);
  }

  post(path: string, options?: Options): Promise<Answer> {
    return this.send('POST', path, options);
  }

  token(role: Role, accountId?: string): Promise<string> {
    const name = `${role} ${accountId ?? ''}`;
    const known = this.tokens.get(name);
    if (known) return known;
    const made = this.post('/v1/dev/tokens', { as: null, body: { role, ...(role === 'customer' && { accountId }) } }).then((answer) => answer.expect<{ token: string }>(201).token);
    this.tokens.set(name, made);
    return made;
  }

  /** Follows `next` to the end of a list. */
  async all<T>(path: string, options?: Options): Promise<T[]> {
    const found: T[] = [];
    for (let after: string | null = null; ; ) {
      const query: string = after === null ? '' : `${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(after)}`;
      const { data, next } = (await this.get(path + query, options)).expect<{ data: T[]; next: string | null }>(200);
      found.push(...data);
      if (next === null) return found;
      after = next;
    }
  }
}
