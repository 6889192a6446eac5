// A customer on their own page comes with a cookie. What changes something has to come from the page itself.
import type { FastifyRequest } from 'fastify';
import type { Granted, PageSession, PageSessions } from '#page-sessions';
import { Gathering, type Waiting } from '#running';
import { Problem } from '../http/problems/problems.js';
import { networkOf } from '../http/requests/network.js';
import type { Subject } from './identity.js';

const cookieName = 'sunset_page';
const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Anybody may send cookies, and whether they are any good only the database knows: it is asked once at a time, for all that have come, of every address alike. */
const lookLimits = { most: 256, bytesMost: Infinity, underWayMost: 1, gatherMs: 0, waiting: { longestMs: 10_000, most: 10_000 } } as const;

interface Look extends Waiting {
  readonly done: (session: PageSession | null) => void;
}

export interface PageSettings {
  /** Where customers reach the service, an origin; absent: where the request came to. */
  readonly publicUrl: string | undefined;
  readonly sandbox: boolean;
}

export class PageAccess {
  /** By the tokens of the cookies. */
  private readonly looks = new Gathering<Look>(lookLimits, (looks) => this.lookAll(looks));

  constructor(
    private readonly sessions: PageSessions,
    private readonly settings: PageSettings,
  ) {}

  /** `null`: there is no session, or it has ended. Throws `forbidden` where a request that changes something does not come from the page. */
  async subjectOf(request: FastifyRequest): Promise<Subject | null> {
    const token = sessionTokenOf(request);
    if (token === null) return null;
    const session = await new Promise<PageSession | null>((done, failed) => this.looks.add({ subject: token, of: networkOf(request.ip), bytes: 1, done, failed }));
    if (!session) return null;
    if (!reading.has(request.method) && !this.isOwn(request)) {
      throw new Problem('forbidden', { detail: 'A request by cookie that changes something has to come from the page: its origin is another one, or is not said.' });
    }
    return { role: 'customer', subject: 'page', accountId: session.accountId, onPage: true };
  }

  /** The address that customers know this service by. */
  originOf(request: FastifyRequest): string {
    return this.settings.publicUrl ?? `${request.protocol}://${request.host}`;
  }

  /** `Set-Cookie` of a session that begins; without one, of a session that ends. */
  cookieOf(request: FastifyRequest, session?: Granted): string {
    const lastsSeconds = session ? Math.max(0, Math.round((Date.parse(session.expiresAt) - Date.now()) / 1000)) : 0;
    // Over plain HTTP only the sandbox works, and there a browser would not send it back.
    const secure = this.settings.sandbox && this.originOf(request).startsWith('http:') ? '' : '; Secure';
    return `${cookieName}=${session?.token ?? ''}; Path=/; Max-Age=${lastsSeconds}; HttpOnly; SameSite=Strict${secure}`;
  }

  private async lookAll(looks: readonly Look[]): Promise<void> {
    try {
      const found = await this.sessions.findAll(looks.map(({ subject }) => subject));
      for (const [index, { done }] of looks.entries()) done(found[index]!);
    } catch (error) {
      for (const { failed } of looks) failed(error);
    }
  }

  /** A proxy may speak plain HTTP with us, so that without a public address only the host is compared. */
  private isOwn(request: FastifyRequest): boolean {
    const { origin = '' } = request.headers;
    if (this.settings.publicUrl !== undefined) return origin === this.settings.publicUrl;
    return URL.canParse(origin) && new URL(origin).host === request.host;
  }
}

export function sessionTokenOf({ headers }: FastifyRequest): string | null {
  return new RegExp(`(?:^|; ?)${cookieName}=([\\w-]{43})(?:;|$)`).exec(headers.cookie ?? '')?.[1] ?? null;
}
