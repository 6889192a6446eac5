// How many bytes of bodies, and of long answers that are not read yet, are held at once: of one caller and of all, from the first one read until the answer has gone.
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../../auth/identity.js';
import { Problem } from '../problems/problems.js';

const retryAfter = { 'retry-after': '1' } as const;

/** What one request holds, and what it has announced: for its caller the larger of the two counts. */
interface Part {
  readonly caller: string;
  readonly bytes: number;
  readonly announced: number;
}

const countedOf = ({ bytes, announced }: Part): number => Math.max(bytes, announced);

export class BodyBudget {
  private held = 0;
  private readonly ofCaller = new Map<string, number>();
  private readonly ofRequest = new Map<FastifyRequest, Part>();

  /** `most`: of all; one caller may hold a quarter of them. */
  constructor(private readonly most: number) {}

  /**
   * So many bytes the request says that it will send. They count for its caller at once, so that what will not fit is refused before it is read; for all together
   * only those count that have come, since announcing costs nothing. Throws `too_many_requests`.
   */
  announce(request: FastifyRequest, bytes: number): void {
    this.change(request, { ...this.partOf(request), announced: bytes }, 0);
  }

  /** Throws `too_many_requests` where the caller would hold too much, `unavailable` where all together would. */
  take(request: FastifyRequest, bytes: number): void {
    const part = this.partOf(request);
    this.change(request, { ...part, bytes: part.bytes + bytes }, bytes);
  }

  /** Everything that the request holds. */
  give(request: FastifyRequest): void {
    const part = this.ofRequest.get(request);
    if (!part) return;
    this.ofRequest.delete(request);
    const left = this.ofCaller.get(part.caller)! - countedOf(part);
    if (left > 0) this.ofCaller.set(part.caller, left);
    else this.ofCaller.delete(part.caller);
    this.held -= part.bytes;
  }

  private partOf(request: FastifyRequest): Part {
    return this.ofRequest.get(request) ?? { caller: callerOf(request), bytes: 0, announced: 0 };
  }

  private change(request: FastifyRequest, part: Part, come: number): void {
    const own = (this.ofCaller.get(part.caller) ?? 0) - countedOf(this.partOf(request)) + countedOf(part);
    if (own > this.most / 4) throw new Problem('too_many_requests', { detail: 'Too much is being sent at once: wait for answers, and read them, before you send more.', headers: retryAfter });
    if (this.held + come > this.most) throw new Problem('unavailable', { detail: 'Too much is being sent at once.', headers: retryAfter });
    this.ofRequest.set(request, part);
    this.ofCaller.set(part.caller, own);
    this.held += come;
  }
}
