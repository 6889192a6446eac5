// Bearer tokens: JSON Web Tokens of the configured OIDC issuer and, in the sandbox, of our own.
import { createRemoteJWKSet, decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose';
import { idPattern } from '../http/fields.js';
import { Problem } from '../http/problems.js';
import type { OidcSettings } from '../http/settings.js';
import { isRole, type Role, type Subject } from './identity.js';

/** Asymmetric only: with a shared secret whoever verifies could also issue. */
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];

const clockToleranceSeconds = 30;
const longestToken = 8192;

/** Who issues tokens that we trust, and how to read them. */
export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
  readonly roleClaim: string;
  readonly accountClaim: string;
  readonly key: JWTVerifyGetKey;
}

export class Tokens {
  private readonly issuers: ReadonlyMap<string, Issuer>;

  constructor(issuers: readonly Issuer[]) {
    this.issuers = new Map(issuers.map((issuer) => [issuer.issuer, issuer]));
  }

  /** Reads `Authorization`. Throws `unauthenticated`; `unavailable` where the issuer's keys cannot be had. */
  async verify(authorization: string | undefined): Promise<Subject> {
    if (!authorization) throw unauthenticated();
    const token = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(authorization)?.[1];
    if (!token || token.length > longestToken) throw unauthenticated('The authorization header does not hold a bearer token.');
    const issuer = this.issuers.get(issuerOf(token));
    if (!issuer) throw unauthenticated('The issuer of the token is not trusted here.');
    return subjectOf(await payloadOf(token, issuer), issuer);
  }
}

export function oidcIssuer(settings: OidcSettings): Issuer {
  return { ...settings, key: keysOf(settings) };
}

/** Looks for the keys at the first token, so that an issuer that is away does not keep us from starting. */
function keysOf({ issuer, jwksUri }: OidcSettings): JWTVerifyGetKey {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  return async (header, token) => {
    keys ??= findKeys(issuer, jwksUri).catch((error: unknown) => {
      keys = undefined;
      throw error;
    });
    return (await keys)(header, token);
  };
}

async function findKeys(issuer: string, jwksUri: string | undefined): Promise<JWTVerifyGetKey> {
  return createRemoteJWKSet(new URL(jwksUri ?? (await discover(issuer))), { timeoutDuration: 5_000 });
}

async function discover(issuer: string): Promise<string> {
  const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(5_000) });
  if (!answer.ok) throw new Error(`discovery answered ${answer.status}`);
  const { jwks_uri: uri } = (await answer.json()) as { jwks_uri?: unknown };
  if (typeof uri !== 'string') throw new Error('discovery names no jwks_uri');
  return uri;
}

function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch {
    throw unauthenticated('The token is not a JSON Web Token.');
  }
}

async function payloadOf(token: string, { issuer, audience, key }: Issuer): Promise<JWTPayload> {
  const options: JWTVerifyOptions = { issuer, audience, algorithms, clockTolerance: clockToleranceSeconds, requiredClaims: ['exp', 'sub'] };
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

function subjectOf(payload: JWTPayload, { roleClaim, accountClaim }: Issuer): Subject {
  const role = roleOf(payload[roleClaim]);
  if (!role || !payload.sub) throw unauthenticated(`The token's claim "${roleClaim}" does not hold exactly one known role.`);
  if (role !== 'customer') return { role, subject: payload.sub };
  const accountId = payload[accountClaim];
  if (typeof accountId !== 'string' || !idPattern.test(accountId)) throw unauthenticated(`The token's claim "${accountClaim}" does not hold an account.`);
  return { role, subject: payload.sub, accountId };
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
