// The secrets of an endpoint: sealed where they stand, shown once, and several in force for a day after a change.
import { randomUUID } from 'node:crypto';
import type { Instant } from '#kernel';
import type { OwnSeal, PersonalData } from '#personal-data';
import type { Database } from '#postgres';
import { newSecret, shownSecret } from './signature.js';

export interface SealedSecret {
  readonly secretId: string;
  /** Base64. */
  readonly sealed: string;
}

/** How long a former secret still signs beside the new one. */
const formerFor = '1 day';

/** In force at once, the current one included: each of them is a signature in every request. */
export const secretsMost = 5;

const contextOf = (endpointId: string, secretId: string): string => `webhook secret ${endpointId} ${secretId}`;

/** A fragment: those in force of the endpoint `e`, the current one first. */
export const secretsInForce = `(
  SELECT json_agg(json_build_object('secretId', s.secret_id, 'sealed', encode(s.sealed, 'base64')) ORDER BY s.until DESC NULLS FIRST)
  FROM sunset.webhook_secrets s WHERE s.endpoint_id = e.endpoint_id AND (s.until IS NULL OR s.until > clock_timestamp())
)`;

export class Secrets {
  private own: Promise<OwnSeal> | undefined;

  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
  ) {}

  /** In the surrounding transaction, in place of none. Answers it as it is shown, this once. */
  async make(endpointId: string): Promise<string> {
    const [secret, secretId] = [newSecret(), randomUUID()];
    const sealed = (await this.seal()).seal(secret, contextOf(endpointId, secretId));
    await this.database.query('INSERT INTO sunset.webhook_secrets (endpoint_id, secret_id, sealed) VALUES ($1, $2, $3)', [endpointId, secretId, sealed]);
    return shownSecret(secret);
  }

  /** As {@link make}, in place of the current one, which still signs for a day. `null`: too many would be in force at once. */
  async rotate(endpointId: string): Promise<{ readonly secret: string; readonly formerUntil: Instant } | null> {
    const [former] = await this.database.query<{ until: Instant }>(
      `UPDATE sunset.webhook_secrets SET until = clock_timestamp() + interval '${formerFor}'
       WHERE endpoint_id = $1 AND until IS NULL AND ${secretsMost} > (SELECT count(*) FROM sunset.webhook_secrets WHERE endpoint_id = $1 AND (until IS NULL OR until > clock_timestamp()))
       RETURNING until`,
      [endpointId],
    );
    if (!former) return null;
    await this.database.query('DELETE FROM sunset.webhook_secrets WHERE endpoint_id = $1 AND until <= clock_timestamp()', [endpointId]);
    return { secret: await this.make(endpointId), formerUntil: former.until };
  }

  /** In the order given. */
  async open(endpointId: string, secrets: readonly SealedSecret[]): Promise<readonly Buffer[]> {
    const own = await this.seal();
    return secrets.map(({ secretId, sealed }) => own.unseal(Buffer.from(sealed, 'base64'), contextOf(endpointId, secretId)));
  }

  private seal(): Promise<OwnSeal> {
    this.own ??= this.personalData.ownSeal().catch((error: unknown) => {
      this.own = undefined;
      throw error;
    });
    return this.own;
  }
}
