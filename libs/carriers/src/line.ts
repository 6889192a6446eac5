// One call's line to the far side: requests with a limit in time and size, and the report of what came of them.
import type { Attempt, AttemptFacts, Outcome, Permit, Report, RetryReason } from './carrier.js';

export interface Limits {
  /** For one request, from its start to the end of its answer. */
  readonly timeoutMs: number;
  /** Bytes of one answer. */
  readonly answerMost: number;
}

/** How a carrier writes. */
export interface Format {
  /** Throws where the text is not of this format. */
  read(text: string): unknown;
  /** The far side's error code in what was read; null if there is none. */
  codeOf(content: unknown): string | null;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** What was read from the text; null where it was empty. */
  readonly content: unknown;
}

/** Anything but a readable 2xx. */
export class Failure extends Error {
  constructor(
    /** Null: no answer, or none that arrived whole. */
    readonly httpStatus: number | null,
    readonly reason: RetryReason | 'status',
    readonly retryAfterMs: number | null = null,
    readonly providerCode: string | null = null,
  ) {
    // Telnyx' client takes an error that speaks of time for one of its own, and forgets ours.
    super(httpStatus === null ? 'no answer' : `answered ${httpStatus}`);
    this.name = 'Failure';
  }
}

/** For what is told with 200 and is not what was asked for. */
export function unreadable(): never {
  throw new Failure(200, 'answer-unreadable');
}

/** The failure in what was thrown, looked for also behind the errors that clients wrap it in. */
export function failureIn(error: unknown): Failure | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof Failure) return cause;
  return undefined;
}

/** As {@link failureIn}. Anything else is thrown on. */
export function failureOf(error: unknown): Failure {
  const failure = failureIn(error);
  if (failure) return failure;
  throw error;
}

/** What a failure means where the carrier's adapter has nothing better to say. */
export function outcomeOf({ httpStatus, reason, retryAfterMs }: Failure): Outcome {
  if (reason !== 'status' || httpStatus === null) return { outcome: 'retry-later', afterMs: null, reason: reason === 'status' ? 'connection-lost' : reason };
  if (httpStatus === 401) return { outcome: 'refused', reason: 'credentials' };
  if (httpStatus === 403) return { outcome: 'refused', reason: 'forbidden' };
  if (httpStatus === 429) return { outcome: 'retry-later', afterMs: retryAfterMs, reason: 'rate-limited' };
  if (httpStatus >= 500 || httpStatus === 408) return { outcome: 'retry-later', afterMs: retryAfterMs, reason: 'server-error' };
  return { outcome: 'refused', reason: httpStatus < 400 ? 'redirected' : 'rejected' };
}

/** "Not found" in the carrier's own words. A bare 404 says nothing: a wrong base URL or a proxy answers so, too. */
export const isNotFound = ({ httpStatus, providerCode }: Failure): boolean => httpStatus === 404 && providerCode !== null;

/** Undefined where there is no such thing, in the carrier's own words. */
export const orGone = <T>(answer: Promise<T>, isGone: (failure: Failure) => boolean = isNotFound): Promise<T | undefined> =>
  answer.catch((error: unknown) => {
    if (isGone(failureOf(error))) return undefined;
    throw error;
  });

/** A no to what was asked for, which says nothing of who asked, how often, or of the state of the far side. */
export const isRejection = (failure: Failure): boolean => {
  const { httpStatus } = failure;
  return httpStatus === 404 ? isNotFound(failure) : httpStatus !== null && httpStatus >= 400 && httpStatus < 500 && ![401, 403, 408, 429].includes(httpStatus);
};

export class Line {
  readonly #startedAt = performance.now();
  #status: number | null = null;

  constructor(
    private readonly limits: Limits,
    private readonly format: Format,
    private readonly permit: Permit,
  ) {}

  /** Of the last answer; null where the last request got none. */
  get status(): number | null {
    return this.#status;
  }

  /** Immediately before what cannot be taken back. Throws `Failure` where it is not wanted any more. */
  async confirm(request: Attempt): Promise<void> {
    if ((await this.permit.stillWanted([request])).length === 0) throw new Failure(null, 'taken-back');
  }

  /** As {@link confirm}, of several: those that are left, the others with their reports. */
  async confirmEach<R extends Attempt>(requests: readonly R[], reports: Map<R, Report>): Promise<readonly R[]> {
    const wanted = await this.permit.stillWanted(requests);
    for (const request of requests) if (!wanted.includes(request)) reports.set(request, this.reportFailure(new Failure(null, 'taken-back'), request.order));
    return wanted;
  }

  /** Throws `Failure`. */
  async request(url: string, init: { readonly method: string; readonly headers: Record<string, string>; readonly body?: string }): Promise<Answer> {
    this.#status = null;
    const { status, headers, text } = await this.#exchange(url, init);
    this.#status = status;
    if (status < 200 || status > 299) throw new Failure(status, 'status', retryAfterMs(headers), this.#code(text));
    try {
      return { status, text, content: text === '' ? null : this.format.read(text) };
    } catch {
      throw new Failure(status, 'answer-unreadable');
    }
  }

  /** What a client makes of the last answer. One that is about something else it stumbles over, with errors of no class of their own. */
  async understood<T>(made: Promise<T>): Promise<T> {
    return made.catch((error: unknown) => {
      throw this.#status === null || failureIn(error) ? error : new Failure(this.#status, 'answer-unreadable');
    });
  }

  /** `order`: what stands at the far side after this, unless the outcome itself says so. */
  report(outcome: Outcome, { order = null, providerCode = null }: Partial<AttemptFacts> = {}): Report {
    const facts = { httpStatus: this.#status, latencyMs: Math.round(performance.now() - this.#startedAt), providerCode };
    return outcome.outcome === 'in-progress' ? { ...outcome, ...facts } : { ...outcome, ...facts, order };
  }

  /** Of something that was thrown; `order` as above. Throws on what is no `Failure`. */
  reportFailure(error: unknown, order: string | null): Report {
    const failure = failureOf(error);
    return this.report(outcomeOf(failure), { order, providerCode: failure.providerCode });
  }

  async #exchange(url: string, init: RequestInit): Promise<{ status: number; headers: Headers; text: string }> {
    // By the clock and not by a timer: a process that wakes up goes on with an answer before its timers.
    const leftMs = Math.floor(this.permit.leftMs());
    if (leftMs < 1) throw new Failure(null, 'out-of-time');
    const signal = AbortSignal.timeout(Math.min(this.limits.timeoutMs, leftMs));
    try {
      const response = await fetch(url, { ...init, redirect: 'manual', signal });
      return { status: response.status, headers: response.headers, text: await this.#text(response) };
    } catch (error) {
      if (error instanceof Failure) throw error;
      if (!signal.aborted) throw new Failure(null, 'connection-lost');
      throw new Failure(null, leftMs < this.limits.timeoutMs ? 'out-of-time' : 'timeout');
    }
  }

  async #text({ body }: Response): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of body ?? []) {
      const bytes = chunk as Uint8Array;
      size += bytes.byteLength;
      if (size > this.limits.answerMost) throw new Failure(null, 'answer-too-large');
      chunks.push(bytes);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  #code(text: string): string | null {
    try {
      const code = this.format.codeOf(this.format.read(text));
      return code !== null && isCode(code) ? code : null;
    } catch {
      return null;
    }
  }
}

/** Codes are short words or numbers; a field that could hold a telephone number is not kept. */
export const isCode = (text: string): boolean => /^[\w.-]{1,40}$/.test(text) && !/\d{7}/.test(text);

/** A telephone number as carriers write it in full. */
export const isE164 = (text: unknown): text is string => typeof text === 'string' && /^\+\d+$/.test(text);

/** Ids go into paths: nothing that could lead to another path. */
export const isPlainId = (text: string): boolean => /^[A-Za-z0-9-]{1,64}$/.test(text);

const longestWaitMs = 86_400_000;

function retryAfterMs(headers: Headers): number | null {
  const value = headers.get('retry-after') ?? headers.get('x-ratelimit-reset');
  if (value === null) return null;
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - (Date.parse(headers.get('date') ?? '') || Date.now());
  return Number.isFinite(ms) && ms >= 0 ? Math.min(Math.ceil(ms), longestWaitMs) : null;
}
