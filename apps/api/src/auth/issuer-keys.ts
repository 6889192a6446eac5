// The keys of the OIDC issuer: refreshed while they are used, asked for at once when a token names one that is not known, and good for hours while the issuer is away.
import { setTimeout } from 'node:timers/promises';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey, type LocalJWKSet } from 'jose';
import { describe, type Logger } from '#running';
import { isRecord } from '../http/input/input.js';

/** Milliseconds, of a clock that is never set. */
export interface KeyClock {
  now(): number;
  sleep(ms: number): Promise<unknown>;
}

export const usualKeyClock: KeyClock = { now: () => performance.now(), sleep: (ms) => setTimeout(ms) };

export interface KeySource {
  readonly issuer: string;
  /** Absent: found through the issuer's discovery document. */
  readonly jwksUri: string | undefined;
  /** How long known keys count while the issuer cannot be asked. */
  readonly staleMs: number;
}

/** Keys so old are asked for again, while they go on; so old, whoever needs one waits for the answer, since one may have been withdrawn. */
const refreshAfterMs = 300_000;
const waitAfterMs = 600_000;

/** Whoever names keys that do not exist must not make us hammer the issuer: between two looks that bring nothing new is at least this, then twice that, up to the longest. */
const spacing = { firstMs: 1_000, longestMs: 5_000 } as const;

const answerLimitMs = 5_000;

/** Far beyond what issuers publish. */
export const documentLimits = { discoveryBytes: 65_536, keySetBytes: 262_144, keys: 100 } as const;

interface Known {
  readonly keys: LocalJWKSet;
  /** To tell whether a look brought anything new. */
  readonly text: string;
  readonly gotAt: number;
}

/** An issuer that is away does not keep us from starting. */
export class IssuerKeys {
  private known: Known | undefined;
  private uri: string | undefined;
  private underWay: Promise<void> | undefined;
  private afterwards: Promise<void> | undefined;
  private lastAt = -Infinity;
  private spacingMs: number = spacing.firstMs;
  private failure: Error | undefined;

  constructor(
    private readonly source: KeySource,
    private readonly logger: Logger,
    private readonly clock: KeyClock = usualKeyClock,
  ) {}

  /** Since the issuer last told them; `null`: it never did. */
  get ageSeconds(): number | null {
    return this.known ? (this.clock.now() - this.known.gotAt) / 1000 : null;
  }

  /** Whether it did not answer when it was last asked. */
  get away(): boolean {
    return this.failure !== undefined;
  }

  /** Rejects with an error of jose where there is no such key, with another one where the issuer would have to be asked and does not answer. */
  readonly key: JWTVerifyGetKey = async (header, token) => {
    const keys = await this.counting();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || header.kid === undefined) throw error;
      await this.again();
      return (await this.counting())(header, token);
    }
  };

  /** The keys that count now. */
  private async counting(): Promise<LocalJWKSet> {
    const age = this.known ? this.clock.now() - this.known.gotAt : Infinity;
    if (age > Math.max(this.source.staleMs, waitAfterMs)) {
      if (!this.mayLook() && this.failure) throw this.failure;
      await this.look();
    } else if (age > refreshAfterMs && this.mayLook()) {
      const look = this.look().catch(() => undefined);
      // Who has waited in vain goes on with what is known, and until the issuer answers nobody else waits.
      if (age > waitAfterMs && !this.failure) await look;
    }
    return this.known!.keys;
  }

  private mayLook(): boolean {
    return this.underWay !== undefined || this.clock.now() >= this.lastAt + this.spacingMs;
  }

  /** Whoever asks gets a look that begins after he asked, and shares it with all who ask until it does. */
  private again(): Promise<void> {
    return (this.afterwards ??= this.inTurn());
  }

  private async inTurn(): Promise<void> {
    await this.underWay?.catch(() => undefined);
    await this.clock.sleep(Math.max(0, this.lastAt + this.spacingMs - this.clock.now()));
    this.afterwards = undefined;
    await this.look();
  }

  /** One at a time. */
  private look(): Promise<void> {
    return (this.underWay ??= this.ask().finally(() => {
      this.underWay = undefined;
    }));
  }

  private async ask(): Promise<void> {
    this.lastAt = this.clock.now();
    const wasMs = this.spacingMs;
    this.spacingMs = Math.min(spacing.longestMs, wasMs * 2);
    try {
      this.uri ??= this.source.jwksUri ?? (await discover(this.source.issuer));
      const told = await keySet(this.uri);
      const text = JSON.stringify(told);
      if (text !== this.known?.text) this.spacingMs = spacing.firstMs;
      this.known = { keys: createLocalJWKSet(told), text, gotAt: this.clock.now() };
    } catch (error) {
      this.uri = undefined;
      const failure = new Error(`the keys of ${this.source.issuer} cannot be had`, { cause: error });
      if (!this.failure) this.logger.warn('the keys of the token issuer cannot be had: those that are known go on for hours', { error: describe(error), ageSeconds: this.ageSeconds });
      this.failure = failure;
      throw failure;
    }
    if (this.failure) this.logger.info('the keys of the token issuer can be had again');
    this.failure = undefined;
  }
}

/** Where the keys are, as the document says that the issuer publishes about itself. */
async function discover(issuer: string): Promise<string> {
  const told = await read(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, documentLimits.discoveryBytes);
  if (!isRecord(told)) throw new Error('discovery answered no object');
  const { issuer: named, jwks_uri: uri } = told;
  if (named !== issuer) throw new Error(`discovery speaks of the issuer ${typeof named === 'string' ? named.slice(0, 200) : 'nobody'}, OIDC_ISSUER is ${issuer}`);
  if (typeof uri !== 'string' || !URL.canParse(uri)) throw new Error('discovery names no jwks_uri');
  const { protocol } = new URL(uri);
  if (protocol !== 'https:' && protocol !== new URL(issuer).protocol) throw new Error('discovery names a jwks_uri that is not https');
  return uri;
}

async function keySet(uri: string): Promise<JSONWebKeySet> {
  const told = await read(uri, documentLimits.keySetBytes);
  const keys = isRecord(told) ? told['keys'] : undefined;
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isRecord)) throw new Error('the key set holds no keys');
  if (keys.length > documentLimits.keys) throw new Error(`the key set holds ${keys.length} keys, more than ${documentLimits.keys}`);
  return { keys: keys.map((key) => ({ ...key, kty: String(key['kty']) })) };
}

/** JSON of `most` bytes at most. */
async function read(url: string, most: number): Promise<unknown> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(answerLimitMs), redirect: 'error', headers: { accept: 'application/json' } });
  if (!answer.ok || !answer.body) {
    await answer.body?.cancel();
    throw new Error(`${new URL(url).pathname} answered ${answer.status}`);
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > most) throw new Error(`${new URL(url).pathname} answered more than ${most} bytes`);
    parts.push(part);
  }
  return JSON.parse(Buffer.concat(parts).toString()) as unknown;
}
