// Sends to one endpoint, bundle by bundle, as long as something is due and the endpoint is this process's to send to.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { epochMs, instant } from '#kernel';
import type { Turns } from '#postgres';
import { isUnavailable, type Logger } from '#running';
import { keptAnswer } from './answer.js';
import type { Bundle, Bundles, Message, Part } from './bundles.js';
import { testType } from './message.js';
import type { WebhookObserver } from './observer.js';
import { failuresUntilSpared, retryAfterMs } from './schedule.js';
import type { Secrets } from './secrets.js';
import type { Outcome, Sender } from './sender.js';
import { headersOf } from './signature.js';
import type { Attempted, Conduct, Held, Job, Way, Work } from './work.js';

/** What was read may be sent for so long: it holds persons, whose account may be purged meanwhile. */
const freshMs = 1_000;
const recordAgainMs = 200;

export interface CourierParts {
  readonly work: Work;
  readonly bundles: Pick<Bundles, 'next'>;
  readonly secrets: Secrets;
  readonly sender: Sender;
  readonly observer: WebhookObserver;
  readonly logger: Logger;
  /** So many of all endpoints ask the database at once, so that nobody else waits for a connection. */
  readonly turns: Turns;
  /** Requests at once. */
  readonly concurrency: number;
  /** Messages of one bundle. */
  readonly bundleMost: number;
  readonly leaseMs: number;
}

/** An attempt that was begun, and how it ended. */
interface Ended {
  readonly message: Message;
  readonly outcome: Outcome;
  readonly at: number;
}

export class Courier {
  /** As much as the endpoint takes: what is read and not sent is read again. */
  private size: number;

  constructor(
    readonly held: Held,
    private readonly parts: CourierParts,
    /** Begins nothing any more. */
    private readonly stopping: AbortSignal,
    /** Ends what is under way. */
    private readonly cutOff: AbortSignal,
  ) {
    this.size = parts.concurrency;
  }

  /** Until nothing is due. Throws what keeps it from going on. */
  async run(): Promise<void> {
    while (!this.stopping.aborted && (await this.turn()));
  }

  /** One bundle; whether there may be more. */
  private async turn(): Promise<boolean> {
    const { turns, work, bundles, secrets } = this.parts;
    const { endpointId } = this.held;
    const began = performance.now();
    const ready = await turns.run(async () => {
      const job = await work.job(this.held);
      return job && { job, bundle: await bundles.next(endpointId, job, this.size), keys: await secrets.open(endpointId, job.secrets) };
    });
    if (!ready) return false;
    const { job, bundle, keys } = ready;
    if (bundle.parts.length === 0 && bundle.readTo.size === 0 && bundle.lost.length === 0) return false;
    const { begun, ended } = await this.send(bundle.parts, job, keys, began);
    this.size = begun < bundle.parts.length ? Math.max(this.parts.concurrency, begun) : Math.min(this.parts.bundleMost, 2 * this.size);
    return this.record(job, bundle, begun, ended, began);
  }

  /** Begins them in their order, a few at once; what was not begun in time, or would go where nobody is, is left for the next bundle. */
  private async send(parts: readonly Part[], job: Job, keys: readonly Buffer[], began: number): Promise<{ readonly begun: number; readonly ended: readonly Ended[] }> {
    const ended: Ended[] = [];
    const read = performance.now();
    let [begun, inVain] = [0, job.failures];
    const mayBegin = (): boolean =>
      begun < parts.length && !this.stopping.aborted && performance.now() - read < freshMs && inVain < Math.max(failuresUntilSpared, job.failures + 1) && !ended.some(({ outcome }) => outcome.reason === 'gone');
    const lane = async (): Promise<void> => {
      // The first is begun however long it took to be read.
      while (begun === 0 || mayBegin()) {
        const { message } = parts[begun] ?? { message: null };
        begun += 1;
        if (!message) continue;
        const at = epochMs(job.now) + performance.now() - began;
        const headers = headersOf(keys, message.messageId, Math.floor(at / 1000), message.body);
        const outcome = await this.parts.sender.send(job.url, headers, message.body, this.cutOff);
        ended.push({ message, outcome, at });
        inVain = outcome.reason === null ? 0 : inVain + 1;
        this.parts.observer.attempted(outcome.reason ?? 'acknowledged', outcome.latencyMs);
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.parts.concurrency, Math.max(1, parts.length)) }, lane));
    return { begun: Math.min(begun, parts.length), ended };
  }

  /** What was acknowledged must not be forgotten because the database is away for a moment: it is tried again for as long as nobody else may send. */
  private async record(job: Job, bundle: Bundle, begun: number, ended: readonly Ended[], began: number): Promise<boolean> {
    const { work, turns, leaseMs, logger, observer } = this.parts;
    const attempted = [...ended.map(attemptedOf), ...bundle.lost.map((lost) => ({ ...lost, ...nothingToSend, at: job.now }))];
    const ways = reached(bundle, begun);
    for (;;) {
      try {
        const because = await turns.run(() => work.record(this.held, job.failures, attempted, ways, conductOf(ended)));
        if (because === 'lost') {
          logger.warn('another worker sends to an endpoint that this one had: what it was sent last may reach it twice', { endpointId: this.held.endpointId });
          return false;
        }
        if (because !== null) {
          observer.disabled(because);
          logger.error('a webhook endpoint was disabled, and is sent nothing until it is enabled again', { endpointId: this.held.endpointId, because });
        }
        return because === null;
      } catch (error) {
        if (!isUnavailable(error) || performance.now() - began > leaseMs) throw error;
        await sleep(recordAgainMs);
      }
    }
  }
}

const nothingToSend = { status: 'failed', retryMs: null, httpStatus: null, reason: null, latencyMs: 0, answer: null } as const;

function attemptedOf({ message, outcome, at }: Ended): Attempted {
  const { messageId, accountId, sequence, type, personal, forgotten } = message;
  const { reason, httpStatus, latencyMs } = outcome;
  const failures = reason === null ? 0 : message.failures + 1;
  const retryMs = reason === null || type === testType ? null : retryAfterMs(failures, outcome.retryAfterMs);
  const status = reason === null ? 'delivered' : retryMs === null ? 'failed' : 'waiting';
  const answer = forgotten || outcome.answer.length === 0 ? null : keptOrNot(outcome.answer, personal);
  return { messageId, accountId, sequence, type, status, failures, retryMs, at: instant(Math.round(at)), httpStatus, reason, latencyMs, answer };
}

/** What cannot be masked is not kept: an attempt that is not written down would be made again for ever. */
function keptOrNot(answer: Buffer, personal: readonly string[]): string | null {
  try {
    return keptAnswer(answer, personal);
  } catch {
    return null;
  }
}

/** The last that was begun on each way; the end of what was read, where all was. */
function reached({ parts, readTo }: Bundle, begun: number): readonly Omit<Way, 'until'>[] {
  return [...readTo].flatMap(([way, end]) => {
    const own = parts.map((part, index) => ({ at: part.at, index })).filter(({ at }) => at?.way === way);
    const done = own.filter(({ index }) => index < begun);
    const position = done.length === own.length ? end : done.at(-1)?.at?.position;
    return position === undefined ? [] : [{ way: way.way, shard: way.shard, position }];
  });
}

/** A test that fails says nothing that nobody knew; one that is acknowledged does. */
function conductOf(ended: readonly Ended[]): Conduct {
  const last = ended.findLastIndex(({ outcome }) => outcome.reason === null);
  const behind = ended.slice(last + 1).filter(({ message }) => message.type !== testType);
  return { acknowledged: last >= 0, failures: behind.length, gone: ended.some(({ message, outcome }) => outcome.reason === 'gone' && message.type !== testType) };
}
