// Bearer tokens: JSON Web Tokens of the configured OIDC issuer and, in the sandbox, of our own.
import { createHash } from 'node:crypto';
import { decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Logger } from '#running';
import { idPattern } from '../http/input/fields.js';
import { isRecord } from '../http/input/input.js';
import { Problem } from '../http/problems/problems.js';
import { isRole, type Role, type Subject } from './identity.js';
import { IssuerKeys, type KeyClock } from './issuer-keys.js';

/** Asymmetric only: with a shared secret whoever verifies could also issue. */
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];

const clockToleranceSeconds = 30;
const longestToken = 8192;

export interface OidcSettings {
  readonly issuer: string;
  readonly audience: string;
  /** The claim that holds the audience. Claims are named, or a path of names with dots between. */
  readonly audienceClaim: string;
  /** Where the keys are; absent: found through the issuer's discovery document. */
  readonly jwksUri: string | undefined;
  /** How long known keys count while the issuer cannot be asked. */
  readonly keysStaleMs: number;
  /** The claim that holds the role: a string, or a list with exactly one role of ours. */
  readonly roleClaim: string;
  /** The claim that holds a customer's account. */
  readonly accountClaim: string;
}

/** Who issues tokens that we trust, and how to read them. */
export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
  /** By name, or as a path of names with dots between. */
  readonly audienceClaim: string;
  readonly roleClaim: string;
  readonly accountClaim: string;
  readonly key: JWTVerifyGetKey;
  /** Absent where the keys are our own. */
  readonly remote?: Pick<IssuerKeys, 'ageSeconds' | 'away'>;
}

/** Callers send the same token again and again: its signature is checked once in so long, and a key that its issuer withdraws is believed for as long at most. */
const believedMs = 60_000;

const believedMost = 10_000;

export class Tokens {
  /** By the tokens' digests. */
  private readonly believed = new LRUCache<string, Subject>({ max: believedMost });
  private readonly issuers: ReadonlyMap<string, Issuer>;

  constructor(issuers: readonly Issuer[]) {
    this.issuers = new Map(issuers.map((issuer) => [issuer.issuer, issuer]));
  }

  /** Reads `Authorization`. Throws `unauthenticated`; `unavailable` where the issuer's keys cannot be had. */
  async verify(authorization: string | undefined): Promise<Subject> {
    if (!authorization) throw unauthenticated();
    const token = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(authorization)?.[1];
    if (!token || token.length > longestToken) throw unauthenticated('The authorization header does not hold a bearer token.');
    const digest = createHash('sha256').update(token).digest('base64');
    const known = this.believed.get(digest);
    if (known) return known;
    const issuer = this.issuers.get(issuerOf(token));
    if (!issuer) throw unauthenticated('The issuer of the token is not trusted here.');
    const payload = await payloadOf(token, issuer);
    const subject = subjectOf(payload, issuer);
    const leftMs = (payload.exp! + clockToleranceSeconds) * 1000 - Date.now();
    if (leftMs > 0) this.believed.set(digest, subject, { ttl: Math.min(leftMs, believedMs) });
    return subject;
  }
}

export function oidcIssuer(settings: OidcSettings, logger: Logger, clock?: KeyClock): Issuer {
  const keys = new IssuerKeys({ issuer: settings.issuer, jwksUri: settings.jwksUri, staleMs: settings.keysStaleMs }, logger, clock);
  return { ...settings, key: keys.key, remote: keys };
}

function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch {
    throw unauthenticated('The token is not a JSON Web Token.');
  }
}

async function payloadOf(token: string, { issuer, key }: Issuer): Promise<JWTPayload> {
  const options: JWTVerifyOptions = { issuer, algorithms, clockTolerance: clockToleranceSeconds, requiredClaims: ['exp', 'sub'] };
  try {
    return (await jwtVerify(token, key, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw unauthenticated('The token has expired.');
    if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) throw keysAway(error);
    if (error instanceof errors.JWTClaimValidationFailed) throw unauthenticated(`The token's claim "${error.claim}" is not accepted.`);
    if (isKeyServerFault(error)) throw keysAway(error);
    throw unauthenticated('The signature of the token could not be verified.');
  }
}

/** jose tells an answer of the key server that is no key set with its generic error. */
const isKeyServerFault = (error: errors.JOSEError): boolean => error.code === 'ERR_JOSE_GENERIC' || error instanceof errors.JWKSInvalid;

function keysAway(cause: unknown): Problem {
  const problem = new Problem('unavailable', { detail: 'The keys of the token issuer cannot be had at the moment.', headers: { 'retry-after': '5' } });
  return Object.assign(problem, { cause });
}

function subjectOf(payload: JWTPayload, { audience, audienceClaim, roleClaim, accountClaim }: Issuer): Subject {
  if (![claimOf(payload, audienceClaim)].flat().includes(audience)) throw unauthenticated(`The token's claim "${audienceClaim}" is not accepted.`);
  const subject: unknown = payload.sub;
  if (typeof subject !== 'string' || !subjectPattern.test(subject)) throw unauthenticated('The token\'s claim "sub" is not a text of 1 to 255 printable characters.');
  const role = roleOf(claimOf(payload, roleClaim));
  if (!role) throw unauthenticated(`The token's claim "${roleClaim}" does not hold exactly one known role.`);
  if (role !== 'customer') return { role, subject };
  const accountId = claimOf(payload, accountClaim);
  if (typeof accountId !== 'string' || !idPattern.test(accountId)) throw unauthenticated(`The token's claim "${accountClaim}" does not hold an account.`);
  return { role, subject, accountId };
}

/** It stands in the log for ever. */
const subjectPattern = /^[^\p{Cc}\p{Surrogate}]{1,255}$/u;

/** The claim of that very name, which may be an address with dots, else what lies on the path. */
function claimOf(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  return name.split('.').reduce<unknown>((within, part) => (isRecord(within) && Object.hasOwn(within, part) ? within[part] : undefined), payload);
}

/** Two roles at once would make every policy ambiguous. */
function roleOf(claim: unknown): Role | undefined {
  const known = (Array.isArray(claim) ? claim : [claim]).filter(isRole);
  return known.length === 1 ? known[0] : undefined;
}

function unauthenticated(detail?: string): Problem {
  const challenge = detail ? `Bearer realm="sunset", error="invalid_token", error_description="${detail.replaceAll('"', "'")}"` : 'Bearer realm="sunset"';
  return new Problem('unauthenticated', { ...(detail && { detail }), headers: { 'www-authenticate': challenge } });
}
