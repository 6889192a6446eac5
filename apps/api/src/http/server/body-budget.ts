// How many bytes of bodies, and of long answers that are not read yet, are held at once: of one caller and of all, from the first one read until the answer has gone.
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../../auth/identity.js';
import { Problem } from '../problems/problems.js';

const retryAfter = { 'retry-after': '1' } as const;

/** What one request holds, and what it has said that it will; of its caller's part the larger of the two counts. */
interface Share {
  readonly caller: string;
  readonly bytes: number;
  readonly announced: number;
}

const countedOf = ({ bytes, announced }: Share): number => Math.max(bytes, announced);

export class BodyBudget {
  private held = 0;
  private readonly ofCaller = new Map<string, number>();
  private readonly ofRequest = new Map<FastifyRequest, Share>();

  /** `most`: of all; one caller may hold a quarter of them. */
  constructor(private readonly most: number) {}

  /** What the request says that it will send: of its caller's part it is taken at once, so that what will not fit is refused unread; of that of all only once it has come, since saying so costs nothing. Throws as {@link take}. */
  announce(request: FastifyRequest, bytes: number): void {
    const share = this.shareOf(request);
    this.change(request, { ...share, announced: bytes });
  }

  /** Throws `too_many_requests` where the caller would hold too much, `unavailable` where all together would. */
  take(request: FastifyRequest, bytes: number): void {
    const share = this.shareOf(request);
    if (this.held + bytes > this.most) throw new Problem('unavailable', { detail: 'Too much is being sent at once.', headers: retryAfter });
    this.change(request, { ...share, bytes: share.bytes + bytes });
    this.held += bytes;
  }

  /** Everything that the request holds. */
  give(request: FastifyRequest): void {
    const share = this.ofRequest.get(request);
    if (!share) return;
    this.ofRequest.delete(request);
    const left = this.ofCaller.get(share.caller)! - countedOf(share);
    if (left > 0) this.ofCaller.set(share.caller, left);
    else this.ofCaller.delete(share.caller);
    this.held -= share.bytes;
  }
  private shareOf(request: FastifyRequest): Share {
    return this.ofRequest.get(request) ?? { caller: callerOf(request), bytes: 0, announced: 0 };
  }

  private change(request: FastifyRequest, share: Share): void {
    const own = (this.ofCaller.get(share.caller) ?? 0) - countedOf(this.shareOf(request)) + countedOf(share);
    if (own > this.most / 4) throw new Problem('too_many_requests', { detail: 'Too much is being sent at once: wait for answers, and read them, before you send more.', headers: retryAfter });
    this.ofRequest.set(request, share);
    this.ofCaller.set(share.caller, own);
  }
}
