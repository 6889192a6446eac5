// Who may knock, in which spellings of a path, and what the published document says that they are told.
import { sign, type KeyObject } from 'node:crypto';
import { Agent, request as ask, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import type { Contract, Operation } from './contract.js';
import { bodySchema } from './requests.js';

export const routeOf = ({ method, path }: Operation): string => `${method} ${path}`;

/** The roles that the document lets in; none: anybody. */
export const rolesOf = ({ security }: Operation): readonly string[] => security.flatMap((one) => Object.values(one).flat());

export interface Knocker {
  readonly name: string;
  readonly headers: OutgoingHttpHeaders;
  /** What the caller proves; `null`: nothing. */
  readonly role: string | null;
  /** Of a customer. */
  readonly accountId?: string;
  /** The cookie of a page, and an origin that is not the page's. */
  readonly fromElsewhere?: boolean;
  /** Told the same as somebody else of them: once, where the path is written plainly, is enough. */
  readonly isLikeAnother?: boolean;
}

/** A token of the sandbox's issuer; `more` is put over its claims. */
export function tokenOf(key: KeyObject, role: string, more: object = {}): string {
  const now = Math.floor(performance.timeOrigin / 1000);
  const claims = { iss: 'urn:sunset:sandbox', aud: 'sunset', sub: role, role, iat: now, exp: now + 86_400, ...more };
  const text = [{ alg: 'EdDSA', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
}

/** What the document says becomes of a request for something of `accountId`; `let in`: the handler, or what reads its input, has the word. */
export function decisionOf(operation: Operation, knocker: Knocker, accountId: string): '401' | '403' | '404 account' | 'let in' {
  const roles = rolesOf(operation);
  if (roles.length === 0) return 'let in';
  if (knocker.role === null) return '401';
  if (knocker.fromElsewhere && operation.method !== 'GET') return '403';
  if (!roles.includes(knocker.role)) return '403';
  return operation.path.includes('{accountId}') && knocker.role === 'customer' && knocker.accountId !== accountId ? '404 account' : 'let in';
}

/** How a path may be written. `null`: the path has no place for it. */
export const spellings: Readonly<Record<string, (path: string) => string | null>> = {
  'with letters encoded': (path) => path.replaceAll(/[a-z](?=[a-z]*(?:[/?]|$))/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  'in the absolute form': (path) => `http://elsewhere.example${path}`,
  'with a slash at its end': (path) => onPath(path, (one) => `${one}/`),
  'with its slashes doubled': (path) => onPath(path, (one) => one.replaceAll('/', '//')),
  'in upper case': (path) => onPath(path, (one) => one.replaceAll(/\/(?:v1|[a-z-]+)(?=\/|$)/g, (part) => part.toUpperCase())),
  'with a dot segment': (path) => onPath(path, (one) => one.replace(/\/([^/]*)$/, '/./$1')),
  'with a segment taken back': (path) => onPath(path, (one) => one.replace(/\/([^/]*)$/, '/x/../$1')),
  'with an encoded segment taken back': (path) => onPath(path, (one) => one.replace(/\/([^/]*)$/, '/x/%2e%2e/$1')),
  'with a parameter of its segment': (path) => onPath(path, (one) => `${one};role=operator`),
  'with parameters of its first segment': (path) => onPath(path, (one) => one.replace(/^\/[^/]*/, '$&;a=b')),
  'with a slash encoded': (path) => onPath(path, (one) => one.replace(/\/([^/]*)$/, '%2F$1')),
  'with a way back in an id': (path) => onPath(path, (one) => (one.split('/').length > 3 ? one.replace(/^(\/[^/]*\/[^/]*\/)/, '$1x%2F..%2F') : null)),
  'with a backslash': (path) => onPath(path, (one) => one.replace(/\/([^/]*)$/, '\\$1')),
};

/** Leaves the query as it is. */
function onPath(target: string, change: (path: string) => string | null): string | null {
  const [path = '', query] = target.split('?', 2);
  const changed = change(path);
  return changed === null || query === undefined ? changed : `${changed}?${query}`;
}

export interface Knock {
  readonly method: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | null;
  /** Behind the path. */
  readonly query: string;
  /** What becomes of it where it is let in: what is not a known property is refused, before anything happens. `null`: whatever the handler says. */
  readonly refused: string | null;
}

/** A request that a caller who is let in is refused by what reads its input: nothing happens, however often it is sent. */
export function knockAt(contract: Contract, operation: Operation): Knock {
  const reads = operation.parameters.some((parameter) => parameter.in === 'query');
  const lines = bodySchema(operation) === undefined && operation.requestBody?.content['application/x-ndjson'] !== undefined;
  const { method } = operation;
  if (method === 'GET' || (lines && reads)) {
    return { method, headers: lines ? { 'content-type': 'application/x-ndjson' } : {}, body: lines ? '' : null, query: reads ? '?surprise=1' : '', refused: reads ? '422 invalid_request /query/surprise' : null };
  }
  // Whoever has signed it is let in: here a carrier that is none.
  if (operation.responses['403']?.description.includes('signature_refused')) return { method, headers: { 'content-type': 'application/json' }, body: '{"surprise":1}', query: '', refused: '404 not_found carrier' };
  const type = lines ? 'application/x-ndjson' : 'application/json';
  const isOpen = contract.resolve(bodySchema(operation) ?? {})['additionalProperties'] === true;
  return { method, headers: { 'content-type': type }, body: '{"surprise":1}', query: '', refused: lines || isOpen ? '422 invalid_request' : '422 invalid_request /surprise' };
}

export interface Heard {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** `404 not_found account`, `422 invalid_request /surprise`, `200`. */
  readonly told: string;
}

/** Sends request targets as they are written, which a client that reads URLs would put right. */
export class Knocking {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 16 });

  constructor(private readonly base: string) {}

  send(method: string, target: string, headers: OutgoingHttpHeaders, body: string | null): Promise<Heard> {
    const { hostname, port } = new URL(this.base);
    return new Promise((resolve, reject) => {
      const length = body === null ? {} : { 'content-length': Buffer.byteLength(body) };
      const sent = ask({ agent: this.agent, hostname, port, method, path: target, headers: { ...headers, ...length } }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject).on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: answer.statusCode!, headers: answer.headers, text, told: toldBy(answer.statusCode!, answer.headers, text) });
        });
      });
      sent.on('error', reject);
      sent.end(body ?? undefined);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

function toldBy(status: number, headers: IncomingHttpHeaders, text: string): string {
  if (!headers['content-type']?.startsWith('application/problem+json')) return String(status);
  const { code, what, errors } = JSON.parse(text) as { code: string; what?: string; errors?: readonly { pointer: string }[] };
  return [status, code, what ?? errors?.[0]?.pointer].filter((part) => part !== undefined && part !== '').join(' ');
}
