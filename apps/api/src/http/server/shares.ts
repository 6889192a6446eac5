// How many requests are worked at once, and for whom: each caller has a share, those who wait are served one caller after the other, and whoever has too many waiting is refused.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Counter, Gauge, type Registry } from 'prom-client';
import { type Asking, NoTurn, Turns } from '#postgres';
import { callerOf, customersOf, isOperating, letInOf } from '../../auth/identity.js';
import { Problem } from '../problems/problems.js';
import { isWaiting } from '../requests/prefer.js';
import { isUncounted } from '../requests/route.js';
import { isStreamed } from './body-parsers.js';

export interface ShareLimits {
  /** Requests of the process that are worked at once; four times as many wait. */
  readonly most: number;
  /** Of one caller; four times as many of his wait. */
  readonly mostOfCaller: number;
  /** How long one waits. */
  readonly waitMs: number;
}

/** `entries`: how many the look reads at most; without it as many as the request asks for. */
type TurnWait = Pick<Asking, 'waitMs' | 'signal'> & { readonly entries?: number };

const waitingTimes = 4;

/** A page of more entries than these takes as long as dozens of other requests, in which nobody else gets on: so many are worked at once, and of one caller. */
export const longPages = { entries: 100, most: 8, mostOfCaller: 2 } as const;

export class Shares {
  private readonly turns: Turns;
  /** Staff does not wait for customers: what connections it has of its own bounds it. */
  private readonly staff: Turns;
  private readonly long: Turns;
  private readonly refused: Counter;

  constructor(private readonly limits: ShareLimits, registry: Registry) {
    const { most, mostOfCaller } = limits;
    const waiting = { waitingMostOf: waitingTimes * mostOfCaller, waitingMost: waitingTimes * most };
    const of = { mostOf: mostOfCaller, ...waiting };
    this.turns = new Turns(most, of);
    this.staff = new Turns(most, of);
    this.long = new Turns(longPages.most, { mostOf: longPages.mostOfCaller, ...waiting });
    this.refused = new Counter({ name: 'sunset_requests_shed_total', help: 'Requests, and looks of requests that wait, that were refused before they were begun, because too many waited or for too long', registers: [registry] });
    const gauge = (name: string, help: string, value: () => number): void => {
      new Gauge({ name, help, registers: [registry], collect() { this.set(value()); } });
    };
    gauge('sunset_requests_worked', 'Requests that are worked', () => this.turns.hadNow + this.staff.hadNow);
    gauge('sunset_requests_waiting', 'Requests that wait until they are worked', () => this.turns.waitingNow + this.staff.waitingNow);
  }

  /**
   * Once their body has come: whoever is slow to send takes nobody's turn. It is given back when there is an answer, however slowly that is read, and not before, though nobody may be
   * there any more to read it. Whoever is read as he sends is not counted, nor who waits for a test clock; whoever waits for the feed only {@link whileReading}.
   */
  keep(instance: FastifyInstance): void {
    const gives = new WeakMap<FastifyRequest, () => void>();
    instance.addHook('preValidation', async (request, reply) => {
      if (isUncounted(request) || isStreamed(request) || isWaiting(request)) return;
      gives.set(request, await this.take(request));
      if (reply.raw.destroyed) throw new Problem('unavailable', { detail: 'Nobody waits for the answer any more.' });
    });
    instance.addHook('onSend', (request, _reply, _payload, done) => {
      gives.get(request)?.();
      done();
    });
  }

  /**
   * One look of a handler that waits: it takes a turn like any other request, and gives it back before the handler goes on waiting. The first look of a request is refused like any other request. A `further` one
   * waits for its turn as long as it says, and answers `null` when the turn did not come or the signal has aborted.
   */
  async whileReading<T>(request: FastifyRequest, read: () => Promise<T>, further?: TurnWait): Promise<T | null> {
    if (!isWaiting(request)) return read();
    const give = await this.take(request, further).catch((error: unknown) => {
      if (further && (error instanceof Problem || further.signal?.aborted)) return null;
      throw error;
    });
    return give && read().finally(give);
  }

  private async take(request: FastifyRequest, { waitMs, signal, entries = entriesAskedBy(request) }: TurnWait = {}): Promise<() => void> {
    const asking = { of: sharerOf(request), waitMs: Math.min(this.limits.waitMs, waitMs ?? Infinity), signal };
    let giveLong = (): void => undefined;
    try {
      if (entries > longPages.entries) giveLong = await this.long.take(asking);
      const give = await (isOfStaff(request) ? this.staff : this.turns).take(asking);
      return () => {
        give();
        giveLong();
      };
    } catch (error) {
      giveLong();
      if (!(error instanceof NoTurn)) throw error;
      this.refused.inc();
      throw new Problem('unavailable', { detail: 'Too much is asked at once: wait for answers before you ask for more.', headers: { 'retry-after': '1' } });
    }
  }
}

const entriesAskedBy = ({ method, query }: FastifyRequest): number => (method === 'GET' ? Number((query as Record<string, unknown>)['limit']) : 0);

function isOfStaff(request: FastifyRequest): boolean {
  const subject = letInOf(request);
  return subject !== undefined && isOperating(subject);
}

function sharerOf(request: FastifyRequest): string {
  const subject = letInOf(request);
  return (subject && customersOf(subject)) ?? callerOf(request);
}
