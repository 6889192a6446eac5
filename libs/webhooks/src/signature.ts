// Signatures by the Standard Webhooks specification: HMAC-SHA256 over `id.seconds.body`, one for each secret that is in force.
import { createHmac, randomBytes } from 'node:crypto';

const prefix = 'whsec_';

/** As many bytes as the hash has. */
export const newSecret = (): Buffer => randomBytes(32);

/** As it is given to whoever verifies, once. */
export const shownSecret = (secret: Buffer): string => `${prefix}${secret.toString('base64')}`;

/** `seconds` since 1970, of this attempt; the secrets' order is that of the signatures. */
export function headersOf(secrets: readonly Buffer[], id: string, seconds: number, body: string): Readonly<Record<string, string>> {
  const content = `${id}.${seconds}.${body}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': secrets.map((secret) => `v1,${createHmac('sha256', secret).update(content).digest('base64')}`).join(' '),
  };
}
