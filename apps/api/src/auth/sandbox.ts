// The sandbox's own token issuer: an Ed25519 key in the data folder, shared by every process that uses the folder.
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { openSigningKey } from '../keys/signing-key.js';
import type { Subject } from './identity.js';
import type { Issuer } from './tokens.js';

const issuer = 'urn:sunset:sandbox';
const audience = 'sunset';
const roleClaim = 'role';
const accountClaim = 'account_id';
const lifetime = '30 days';

export class Sandbox {
  private constructor(
    private readonly privateKey: KeyObject,
    private readonly publicKey: KeyObject,
  ) {}

  static async open(dataDir: string): Promise<Sandbox> {
    const { privateKey, publicKey } = await openSigningKey(join(dataDir, 'sandbox-token-key.json'), { make: true });
    return new Sandbox(privateKey, publicKey);
  }

  get issuer(): Issuer {
    return { issuer, audience, audienceClaim: 'aud', roleClaim, accountClaim, key: () => this.publicKey };
  }

  sign({ role, subject, accountId }: Subject): Promise<string> {
    return new SignJWT({ [roleClaim]: role, ...(accountId !== undefined && { [accountClaim]: accountId }) })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setIssuedAt()
      .setExpirationTime(lifetime)
      .sign(this.privateKey);
  }
}
