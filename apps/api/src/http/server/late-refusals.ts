// Whoever is refused over and over, and asks again as soon as he is told, is told later and later, so that he asks less often: a refusal costs him time, and nobody else any.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { callerOf } from '../../auth/identity.js';
import { refusalOf } from './refusals.js';

/** How many refusals a caller is told within a second: of those for having asked too much, which may have cost a whole command, and of all others. */
const perSecond = { limit: 20, other: 200 } as const;

/** So many seconds' worth is told at once, so that only who goes on is told late. */
const atOnceMs = 1_000;
const lateMostMs = 5_000;

/** Whoever comes when so many wait is told at once, since waiting costs memory. */
const waitingMost = 1_000;

/** Whoever was refused longest ago begins anew where more callers are refused. */
const callersMost = 100_000;

export interface Time {
  /** Milliseconds that only go forward. */
  now(): number;
  /** Calls back after `ms`, unless what it answers is called before. */
  after(ms: number, call: () => void): () => void;
}

const realTime: Time = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

export class LateRefusals {
  /** When each caller has been told everything so far at the pace above. */
  private readonly toldBy = new LRUCache<string, number>({ max: callersMost });
  private readonly waiting = new Set<() => void>();
  private stopping = false;

  constructor(private readonly time: Time = realTime) {}

  /** After whatever gives back what a request holds once it is answered. */
  keep(instance: FastifyInstance): void {
    instance.addHook('onSend', (request, reply, _payload, done) => {
      const reason = refusalOf(request, reply) ?? (request.is404 ? 'other' : undefined);
      const ms = reason === undefined ? 0 : this.lateness(request, perSecond[reason === 'limit' ? 'limit' : 'other']);
      if (ms === 0 || this.stopping || this.waiting.size >= waitingMost) done();
      else this.wait(ms, done);
    });
    instance.addHook('preClose', async () => {
      this.stopping = true;
      for (const tell of [...this.waiting]) tell();
    });
  }

  private lateness(request: FastifyRequest, pace: number): number {
    const now = this.time.now();
    const caller = callerOf(request);
    const toldBy = Math.min(Math.max(now, this.toldBy.get(caller) ?? 0) + 1000 / pace, now + atOnceMs + lateMostMs);
    this.toldBy.set(caller, toldBy);
    return Math.max(0, toldBy - now - atOnceMs);
  }

  private wait(ms: number, done: () => void): void {
    const tell = (): void => {
      if (!this.waiting.delete(tell)) return;
      forget();
      done();
    };
    this.waiting.add(tell);
    const forget = this.time.after(ms, tell);
  }
}
