// The shapes of a preview, an attempt and a consent.
import { belongings, consequenceKinds } from '#domain';
import { ActorSchema } from '../events/schemas.js';
import { listed } from '../http/input/policy-lists.js';
import { bool, InstantSchema, list, MoneySchema, nullable, object, oneOf, schema, text, whole } from '../http/answers/schemas.js';

export const DisclosureSchema = schema('Disclosure', object({ id: text, version: text, text, url: { ...nullable(text), description: 'The page of the platform where the full text stands.' } }));

const language = { ...oneOf(listed.languages), description: 'In which it is shown.' };

const reasonCode = oneOf(listed.reasons);
const FeeSchema = object({ at: InstantSchema, count: whole, amount: MoneySchema });
const creditPart = object({ count: whole, amount: MoneySchema });
const BelongingsSchema = list(oneOf(...belongings));

export const PreviewSchema = schema(
  'CancellationPreview',
  object({
    subscriptionId: text,
    planId: text,
    planName: text,
    locale: language,
    effectiveAt: InstantSchema,
    reasons: list(object({ code: reasonCode, label: text })),
    disclosures: list(DisclosureSchema),
    consequences: list(object({ kind: oneOf(...consequenceKinds), at: InstantSchema, detail: text })),
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

export const AttemptSchema = schema('CancellationAttempt', object({ attemptId: text, locale: language, disclosures: list(DisclosureSchema), expiresAt: InstantSchema }));

export const ConsentSchema = schema(
  'Consent',
  object({
    subscriptionId: text,
    attemptId: nullable(text),
    acceptedAt: InstantSchema,
    recordedAt: InstantSchema,
    disclosures: list(object({ id: text, version: text })),
    textHash: { ...nullable(text), description: 'SHA-256 of the text of these disclosures as it was shown.' },
    language: { ...nullable(oneOf(listed.languages)), description: 'In which it was shown; null: nobody knows.' },
    acknowledgedConsequences: bool,
    reason: nullable(reasonCode),
    comment: nullable(text),
    actor: ActorSchema,
    channel: oneOf('api', 'page', 'worker', 'cli', 'import'),
    evidence: { ...oneOf('recorded', 'imported', 'absent'), description: '`recorded` here; `imported`, as the system kept it that the account was taken over from; `absent`: that system brought none.' },
  }),
);
