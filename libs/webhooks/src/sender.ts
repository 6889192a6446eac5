// One POST to an endpoint: bounded in time, in what is read of the answer, and in where it goes. Redirects are not followed.
import { performance } from 'node:perf_hooks';
import { Agent, type Dispatcher, request } from 'undici';
import { answerBytesMost } from './answer.js';
import { TargetRefused, type Targets } from './targets.js';

/** Why there is no good answer. `status`: it was answered, with another status than 2xx. */
export const failureReasons = ['status', 'redirect', 'gone', 'timeout', 'certificate', 'name', 'address-refused', 'connection'] as const;
export type FailureReason = (typeof failureReasons)[number];

export interface Outcome {
  /** `null`: acknowledged. */
  readonly reason: FailureReason | null;
  readonly httpStatus: number | null;
  readonly latencyMs: number;
  /** The beginning of the answer; empty where there is none. */
  readonly answer: Buffer;
  /** What the endpoint asks to be given (`Retry-After`), in milliseconds. */
  readonly retryAfterMs: number | null;
}

export interface SenderLimits {
  readonly connectMs: number;
  /** Of the whole attempt. */
  readonly attemptMs: number;
}

const usualLimits: SenderLimits = { connectMs: 5_000, attemptMs: 15_000 };

export interface SenderSettings extends Partial<SenderLimits> {
  /** What to trust besides what Node does; PEM. */
  readonly ca?: string;
}

export class Sender {
  private readonly agent: Agent;
  private readonly attemptMs: number;

  constructor(
    private readonly targets: Targets,
    { ca, ...limits }: SenderSettings = {},
  ) {
    const { connectMs, attemptMs } = { ...usualLimits, ...limits };
    this.attemptMs = attemptMs;
    this.agent = new Agent({
      pipelining: 1, keepAliveTimeout: 4_000, keepAliveMaxTimeout: 30_000, headersTimeout: attemptMs, bodyTimeout: attemptMs,
      connect: { timeout: connectMs, lookup: targets.lookup, ...(ca !== undefined && { ca }) },
    });
  }

  /** Never rejects. `signal` cuts it off. */
  async send(target: string, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<Outcome> {
    const began = performance.now();
    const took = (): number => Math.round(performance.now() - began);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(this.attemptMs)]);
    try {
      const url = this.targets.check(target);
      const answer = await request(url, {
        method: 'POST', dispatcher: this.agent, signal: limit, body,
        headers: { 'content-type': 'application/json', 'user-agent': 'Sunset-Webhooks/1', ...headers },
      });
      const latencyMs = took();
      const { statusCode: httpStatus } = answer;
      return { reason: reasonOf(httpStatus), httpStatus, latencyMs, answer: await beginningOf(answer.body), retryAfterMs: askedFor(answer.headers['retry-after']) };
    } catch (error) {
      return { reason: whyNot(error), httpStatus: null, latencyMs: took(), answer: Buffer.alloc(0), retryAfterMs: null };
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

/** A status in hand is the answer, whatever becomes of the rest: it is read no further than is kept, and its connection is then not used again. */
async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= answerBytesMost) break;
    }
  } catch {
    // It broke off, or did not end in time.
  }
  return Buffer.concat(chunks).subarray(0, answerBytesMost);
}

function reasonOf(status: number): FailureReason | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return 'redirect';
  return status === 410 ? 'gone' : 'status';
}

/** Seconds, or a date. */
function askedFor(header: string | string[] | undefined): number | null {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return null;
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return ms > 0 ? ms : null;
}

function whyNot(error: unknown): FailureReason {
  const { name, code = '', message = '', cause } = error as { name?: string; code?: unknown; message?: string; cause?: unknown };
  if (error instanceof TargetRefused || cause instanceof TargetRefused) return 'address-refused';
  if (name === 'TimeoutError' || name === 'AbortError' || /TIMEOUT/.test(String(code))) return 'timeout';
  if (/^(ENOTFOUND|EAI_\w+|ENODATA)$/.test(String(code))) return 'name';
  return /CERT|SELF_SIGNED|VERIFY|ERR_TLS|ERR_SSL|EPROTO/.test(String(code)) || /certificate/i.test(message) ? 'certificate' : 'connection';
}
