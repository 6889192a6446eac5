// Where the proof of a purge is read, and the key that it is checked with.
import { Controller, Get, Inject, Param } from '@nestjs/common';
import type { JWK } from 'jose';
import { Refused, refuse } from '#kernel';
import { Memberships } from '#application';
import { Allow, Anyone } from '../auth/policy.js';
import { Answers } from '../http/answers.js';
import { InstantSchema, list, object, record, schema, text, whole } from '../http/schemas.js';
import type { SigningKey } from '../keys/signing-key.js';
import { certificateOf, signCertificate, type PurgeCertificate } from './certificate.js';

/** Injection token of the {@link SigningKey} of certificates. */
export const CERTIFICATE_KEY = Symbol('CertificateKey');

const CertificateSchema = schema(
  'PurgeCertificate',
  object({
    certificate: object({
      purgeId: text,
      accountId: text,
      basis: text,
      dueAt: InstantSchema,
      startedAt: InstantSchema,
      purgedAt: InstantSchema,
      recordedAt: InstantSchema,
      counts: record(whole),
      method: text,
    }),
    jws: { type: 'string', description: 'Compact JWS, EdDSA, over the certificate.' },
  }),
);

const KeySetSchema = schema('KeySet', object({ keys: list(object({ kty: text, crv: text, x: text, kid: text, alg: text, use: text })) }));

@Controller()
export class CertificateController {
  constructor(
    private readonly memberships: Memberships,
    @Inject(CERTIFICATE_KEY) private readonly key: SigningKey,
  ) {}

  @Get('v1/accounts/:accountId/purge-certificate')
  @Allow('service', 'operator', 'customer')
  @Answers(200, CertificateSchema, 'The certificate of the latest purge, signed. Before it there is none.')
  async certificate(@Param('accountId') accountId: string): Promise<{ certificate: PurgeCertificate; jws: string }> {
    const { events } = await this.memberships.read(accountId, { evenPurged: true });
    const certificate = certificateOf(accountId, events);
    if (!certificate) throw new Refused(refuse('not_found'));
    return { certificate, jws: await signCertificate(certificate, this.key) };
  }

  @Get('.well-known/jwks.json')
  @Anyone()
  @Answers(200, KeySetSchema, 'The public key that certificates are signed with.')
  keys(): { keys: JWK[] } {
    return { keys: [this.key.publicJwk] };
  }
}
