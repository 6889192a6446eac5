// The keys of the OIDC issuer: looked for at the first token, and again when a token names one that is not known, so that a key counts as soon as it is published.
import { setTimeout as sleep } from 'node:timers/promises';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

/** Whoever names keys that do not exist must not make us hammer the issuer: between two looks that bring nothing new is at least this, then twice that, up to the longest. */
export interface LookSpacing {
  readonly firstMs: number;
  readonly longestMs: number;
}

const usualSpacing: LookSpacing = { firstMs: 1_000, longestMs: 5_000 };
const answerLimitMs = 5_000;

/** An issuer that is away does not keep us from starting. */
export function issuerKeys(issuer: string, jwksUri: string | undefined, spacing = usualSpacing): JWTVerifyGetKey {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  return async (header, token) => {
    keys ??= findKeys(issuer, jwksUri, spacing).catch((error: unknown) => {
      keys = undefined;
      throw error;
    });
    return (await keys)(header, token);
  };
}

async function findKeys(issuer: string, jwksUri: string | undefined, spacing: LookSpacing): Promise<JWTVerifyGetKey> {
  const remote = createRemoteJWKSet(new URL(jwksUri ?? (await discover(issuer))), { timeoutDuration: answerLimitMs, cooldownDuration: Infinity });
  const looks = new Looks(async () => {
    const before = JSON.stringify(remote.jwks());
    await remote.reload();
    return JSON.stringify(remote.jwks()) !== before;
  }, spacing);
  return async (header, token) => {
    try {
      return await remote(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || header.kid === undefined) throw error;
      await looks.again();
      return remote(header, token);
    }
  };
}

/** Whoever asks gets a look that begins after he asked, and shares it with all who ask until it does. */
class Looks {
  private next: Promise<void> | undefined;
  private lastAt = -Infinity;
  private spacingMs: number;

  constructor(
    /** Whether it brought anything new. */
    private readonly look: () => Promise<boolean>,
    private readonly spacing: LookSpacing,
  ) {
    this.spacingMs = spacing.firstMs;
  }

  again(): Promise<void> {
    return (this.next ??= this.inTurn());
  }

  private async inTurn(): Promise<void> {
    await sleep(Math.max(0, this.lastAt + this.spacingMs - performance.now()));
    this.next = undefined;
    this.lastAt = performance.now();
    const { firstMs, longestMs } = this.spacing;
    this.spacingMs = Math.min(longestMs, this.spacingMs * 2);
    if (await this.look()) this.spacingMs = firstMs;
  }
}

async function discover(issuer: string): Promise<string> {
  const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(answerLimitMs) });
  if (!answer.ok) throw new Error(`discovery answered ${answer.status}`);
  const { jwks_uri: uri } = (await answer.json()) as { jwks_uri?: unknown };
  if (typeof uri !== 'string') throw new Error('discovery names no jwks_uri');
  return uri;
}
