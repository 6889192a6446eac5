// Where the proof of a purge is read, and the key that it is checked with.
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { Memberships } from '#application';
import { certificateFormat, certificateOf, certificateTypes, signDocument, type PublicJwk, type PurgeCertificate } from '#certificates';
import { lossKinds } from '#domain';
import { Allow, Anyone } from '../auth/policy.js';
import { Answers, Summary } from '../http/answers/answers.js';
import { found } from '../http/answers/not-found.js';
import { InstantSchema, list, MoneySchema, nullable, object, oneOf, record, schema, text, whole } from '../http/answers/schemas.js';
import type { SigningKey } from '../keys/signing-key.js';
import { ExceptionSchema } from './purge.schemas.js';

/** Injection token of the {@link SigningKey} of certificates. */
export const CERTIFICATE_KEY = Symbol('CertificateKey');

const counts = { ...record(whole), description: 'Records deleted, by category.' };
const actor = object({ role: text, id: text });
const counted = object({ count: whole, amount: MoneySchema });

const CertificateSchema = schema(
  'PurgeCertificate',
  object({
    certificate: object({
      format: oneOf(certificateFormat),
      purgeId: text,
      accountId: text,
      basis: text,
      dueAt: InstantSchema,
      startedAt: InstantSchema,
      purgedAt: InstantSchema,
      recordedAt: InstantSchema,
      counts,
      method: text,
      stores: {
        ...list(object({ name: text, counts, commitment: nullable(object({ algorithm: oneOf('sha-256-sum'), salt: text, sum: text })) })),
        description: 'What each store held.',
      },
      verification: {
        ...object({ tables: whole, markers: whole, jobs: whole, findings: whole }),
        description: 'Where was looked for traces afterwards.',
      },
      exceptions: { ...list(ExceptionSchema), description: 'What is kept beyond the purge.' },
      holds: {
        ...list(object({ holdId: text, placedAt: InstantSchema, placedBy: actor, reviewAt: InstantSchema, liftedAt: nullable(InstantSchema), liftedBy: nullable(actor) })),
        description: 'Legal holds of the life that was purged, without their reasons.',
      },
      carriedOut: {
        ...object({
          plans: list(object({
            subscriptionId: text, planId: text,
            cancellationId: { ...text, description: 'The id of the event of the cancellation by which it ended, which its receipt names too.' },
            requestedAt: InstantSchema, endedAt: InstantSchema,
            credited: nullable(object({ sms: counted, rvm: counted })),
            cameBack: {
              ...nullable(object({ at: InstantSchema, planId: text, by: oneOf('subscribing', 'resuming') })),
              description: 'The first time after that cancellation that the customer began a plan, or took the cancellation of another one back: what was not lost by then had to follow no longer.',
            },
          })),
          numberFees: list(object({ at: InstantSchema, count: whole, amount: MoneySchema, paid: MoneySchema })),
          losses: list(object({ kind: oneOf(...lossKinds), at: InstantSchema, open: { ...whole, description: 'Of how many numbers no carrier had said by the deletion that they are gone.' } })),
        }),
        description: 'What of the cancellations was carried out before, to be held against their receipts.',
      },
    }),
    jws: { type: 'string', description: 'Compact JWS, EdDSA; the payload is the canonical JSON (RFC 8785) of the certificate.' },
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
  @Summary('Get the purge certificate')
  @Allow('service', 'operator', 'customer')
  @Answers(200, CertificateSchema, 'The certificate of the latest purge, signed. Before it there is none.')
  async certificate(@Param('accountId') accountId: string): Promise<{ certificate: PurgeCertificate; jws: string }> {
    const { events } = await this.memberships.read(accountId, { evenPurged: true });
    const certificate = found('purge certificate', certificateOf(accountId, await events({ types: certificateTypes })));
    return { certificate, jws: signDocument('certificate', certificate, this.key) };
  }

  @Get('.well-known/jwks.json')
  @Summary('Get the certificate keys')
  @Anyone()
  @Answers(200, KeySetSchema, 'The public keys of certificates: the one that signs, then former ones.')
  keys(): { keys: readonly PublicJwk[] } {
    return { keys: this.key.published };
  }
}
