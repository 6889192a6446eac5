// A far side on a free port: carriers' stubs say what they answer, this says how it can go wrong on the way, and counts.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fault =
  | 'rate-limited'
  | 'rate-limited-for-7-seconds'
  | 'server-error'
  | 'rejected'
  /** Carried out, then never answered. */
  | 'silent-after'
  /** Carried out; the connection breaks in the middle of the answer. */
  | 'reset-after'
  /** The connection breaks before anything is carried out. */
  | 'reset-before'
  | 'redirect'
  /** Well-formed, but about something else: what a proxy in between may answer. */
  | 'other-shape'
  | 'other-list'
  | 'garbage'
  | 'endless';

export interface StubAnswer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

export interface Handled {
  /** The numbers, campaigns or brands that it is about. */
  readonly subjects: readonly string[];
  /** Asks for something to be given up. */
  readonly gives?: 'up';
  /** Carries it out. */
  answer(): StubAnswer;
}

export interface StubRequest {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string;
  readonly body: string;
}

export abstract class StubServer {
  url = '';
  /** 401 or 403 for everything. */
  credentials: 'good' | 'revoked' | 'forbidden' = 'good';
  readonly requests: { readonly method: string; readonly path: string; readonly subjects: readonly string[]; readonly gives?: 'up' }[] = [];
  /** Subjects that were asked for again although the far side had said, and delivered, what became of them. Must stay empty. */
  readonly askedAgain: string[] = [];
  /** How many requests went wrong as {@link fail} wants it. */
  misbehaved = 0;
  /** How many stand on a page of a list. */
  pageMost = 1_000;
  /** The base URL leads nowhere: everything is a 404 of some web server. */
  astray = false;
  /** What is told at a path in which this stands, otherwise than it is. */
  altered: { readonly path: string; readonly status?: number; readonly body: (body: string) => string } | undefined;
  /** Waited for before it gives anything up. */
  beforeGivingUp: (() => Promise<void>) | undefined;
  /** Where a redirection leads; must stay unvisited. */
  readonly redirected: string[] = [];

  readonly #faults: { readonly method: string; readonly subject: string; readonly fault: Fault | StubAnswer; left: number }[] = [];
  readonly #definite = new Set<string>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  protected abstract handle(request: StubRequest): Handled;
  protected abstract refusal(status: number): StubAnswer;

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The next `times` requests with this method about this subject go wrong; with an answer, they are not carried out and get that one. */
  fail(method: string, subject: string, fault: Fault | StubAnswer, times = 1): void {
    this.#faults.push({ method, subject, fault, left: times });
  }

  /** How often it was asked to give this up. */
  asked = (subject: string): number => this.requests.filter(({ gives, subjects }) => gives && subjects.includes(subject)).length;

  /** What became of it was told; `undecided` takes that back, e.g. when an order expires. */
  protected decided(subject: string): void {
    this.#definite.add(subject);
  }
  protected undecided(subject: string): void {
    this.#definite.delete(subject);
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const url = new URL(incoming.url ?? '/', this.url);
    if (url.pathname === '/elsewhere') this.redirected.push(incoming.method ?? '');
    const request = { method: incoming.method ?? '', url, authorization: incoming.headers.authorization ?? '', body: Buffer.concat(chunks).toString() };
    const handled = this.handle(request);
    this.requests.push({ method: request.method, path: url.pathname, subjects: handled.subjects, ...(handled.gives && { gives: handled.gives }) });
    if (this.astray) return send(response, { status: 404, body: '<html><body>no such page</body></html>' });
    if (this.credentials !== 'good') return send(response, this.refusal(this.credentials === 'revoked' ? 401 : 403));

    const fault = this.#take(request.method, handled.subjects);
    if (typeof fault === 'object') return send(response, fault);
    if (fault === 'reset-before') return void incoming.socket.destroy();
    if (fault === 'rate-limited') return send(response, this.refusal(429));
    if (fault === 'rate-limited-for-7-seconds') return send(response, { ...this.refusal(429), headers: { 'retry-after': '7' } });
    if (fault === 'rejected') return send(response, this.refusal(400));
    if (fault === 'server-error') return send(response, this.refusal(503));
    if (fault === 'other-shape') return send(response, { status: 200, body: url.pathname.startsWith('/api/') ? '<html><body/></html>' : '{"hello":"world"}' });
    // As many pages as there are of nothing, and not one thing that was asked for.
    if (fault === 'other-list') return send(response, { status: 200, body: url.pathname.startsWith('/api/') ? '<Answer><Warnings/></Answer>' : '{"meta":{"page_number":1,"page_size":50,"total_pages":0,"total_results":0},"page":0,"page_size":50,"warnings":[]}' });
    if (fault === 'redirect') return send(response, { status: 307, headers: { location: `${this.url}/elsewhere` } });

    if (handled.gives) await this.beforeGivingUp?.();
    if (handled.gives) this.askedAgain.push(...handled.subjects.filter((subject) => this.#definite.has(subject)));
    const before = new Set(this.#definite);
    const answer = handled.answer();
    if (fault !== undefined) for (const subject of handled.subjects) if (!before.has(subject)) this.#definite.delete(subject);
    if (fault === 'silent-after') return;
    if (fault === 'reset-after') {
      response.writeHead(answer.status === 204 ? 200 : answer.status, { 'content-length': '1000' });
      response.write('{"data":');
      return void setTimeout(() => incoming.socket.destroy(), 20);
    }
    if (fault === 'garbage') return send(response, { status: 200, body: 'Welcome to the airport' });
    if (fault === 'endless') return endless(response);
    const { altered } = this;
    send(response, altered && url.pathname.includes(altered.path) ? { status: altered.status ?? answer.status, body: altered.body(answer.body ?? '') } : answer);
  }

  #take(method: string, subjects: readonly string[]): Fault | StubAnswer | undefined {
    const found = this.#faults.find((one) => one.left > 0 && one.method === method && subjects.includes(one.subject));
    if (!found) return undefined;
    found.left -= 1;
    this.misbehaved += 1;
    return found.fault;
  }
}

function send(response: ServerResponse, { status, body, headers }: StubAnswer): void {
  response.writeHead(status, headers);
  response.end(body);
}

/** Far more than anybody should read. */
function endless(response: ServerResponse): void {
  response.writeHead(200);
  const filler = '{'.repeat(1_000_000);
  const more = (): void => {
    while (!response.destroyed && response.write(filler));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
}
