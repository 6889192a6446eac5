// How many bytes of bodies, and of long answers that are not read yet, are held at once: of one caller and of all, from the first one read until the answer has gone.
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../../auth/identity.js';
import { Problem } from '../problems/problems.js';

const retryAfter = { 'retry-after': '1' } as const;

export class BodyBudget {
  private held = 0;
  private readonly ofCaller = new Map<string, number>();
  private readonly ofRequest = new Map<FastifyRequest, { readonly caller: string; bytes: number }>();

  /** `most`: of all; one caller may hold a quarter of them. */
  constructor(private readonly most: number) {}

  /** Throws `too_many_requests` where the caller would hold too much, `unavailable` where all together would. */
  take(request: FastifyRequest, bytes: number): void {
    const share = this.ofRequest.get(request) ?? { caller: callerOf(request), bytes: 0 };
    const own = (this.ofCaller.get(share.caller) ?? 0) + bytes;
    if (own > this.most / 4) throw new Problem('too_many_requests', { detail: 'Too much is being sent at once: wait for answers, and read them, before you send more.', headers: retryAfter });
    if (this.held + bytes > this.most) throw new Problem('unavailable', { detail: 'Too much is being sent at once.', headers: retryAfter });
    share.bytes += bytes;
    this.ofRequest.set(request, share);
    this.ofCaller.set(share.caller, own);
    this.held += bytes;
  }

  /** Everything that the request holds. */
  give(request: FastifyRequest): void {
    const share = this.ofRequest.get(request);
    if (!share) return;
    this.ofRequest.delete(request);
    const left = this.ofCaller.get(share.caller)! - share.bytes;
    if (left > 0) this.ofCaller.set(share.caller, left);
    else this.ofCaller.delete(share.caller);
    this.held -= share.bytes;
  }
}
