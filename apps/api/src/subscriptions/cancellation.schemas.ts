// The shapes of a preview, an attempt and a consent.
import { belongings } from '#domain';
import { bool, InstantSchema, list, MoneySchema, nullable, object, oneOf, schema, text, whole } from '../http/answers/schemas.js';

export const DisclosureSchema = schema('Disclosure', object({ id: text, version: text, text }));

const FeeSchema = object({ at: InstantSchema, count: whole, amount: MoneySchema });
const creditPart = object({ count: whole, amount: MoneySchema });
const BelongingsSchema = list(oneOf(...belongings));

export const PreviewSchema = schema(
  'CancellationPreview',
  object({
    subscriptionId: text,
    planId: text,
    effectiveAt: InstantSchema,
    reasons: list(object({ code: text, label: text })),
    disclosures: list(DisclosureSchema),
    consequences: list(object({ kind: text, at: InstantSchema, detail: text })),
    credits: object({ total: MoneySchema, sms: creditPart, rvm: creditPart }),
    numberFees: object({
      next: nullable(FeeSchema),
      upcoming: list(FeeSchema),
      avoidableUntil: nullable(InstantSchema),
      shortfall: { ...nullable(object({ at: InstantSchema, amount: MoneySchema })), description: 'What the wallet as it stands cannot pay of them all, and from which one on.' },
    }),
    ifYouReturn: list(object({ until: nullable(InstantSchema), kept: BelongingsSchema, lost: BelongingsSchema })),
    hash: text,
  }),
);

export const AttemptSchema = schema('CancellationAttempt', object({ attemptId: text, disclosures: list(DisclosureSchema), expiresAt: InstantSchema }));

export const ConsentSchema = schema(
  'Consent',
  object({
    subscriptionId: text,
    attemptId: nullable(text),
    acceptedAt: InstantSchema,
    recordedAt: InstantSchema,
    disclosures: list(object({ id: text, version: text })),
    textHash: nullable(text),
    acknowledgedConsequences: bool,
    reason: nullable(text),
    comment: nullable(text),
    actor: object({ role: text, id: text }),
    channel: text,
  }),
);
