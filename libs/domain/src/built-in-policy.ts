// The policy that is in force where no file says another one: the catalogue of the contract, and the words of it in both languages.
import { planIntervals, planKinds, type PlanInterval, type PlanKind } from './catalogue.js';
import type { OfferedPlan, PolicyInForce, ReasonCode, Texts } from './policy-in-force.js';

/** Also of what was written before events said which version they depend on. */
export const builtInVersion = '2026-01';

const names: Readonly<Record<PlanKind, Readonly<Record<PlanInterval, Texts>>>> = {
  messaging: { month: { en: 'Messaging, monthly', es: 'Mensajería mensual' }, year: { en: 'Messaging, annual', es: 'Mensajería anual' } },
  calling: { month: { en: 'Calling, monthly', es: 'Llamadas mensual' }, year: { en: 'Calling, annual', es: 'Llamadas anual' } },
};

const prices: Readonly<Record<PlanKind, Readonly<Record<PlanInterval, number>>>> = { messaging: { month: 4900, year: 49_000 }, calling: { month: 5900, year: 59_000 } };

const plans: readonly OfferedPlan[] = planKinds.flatMap((kind) => planIntervals.map((interval) => ({
  planId: `${kind}-${interval === 'month' ? 'monthly' : 'annual'}`,
  kind,
  interval,
  price: { amount: prices[kind][interval], currency: 'USD' },
  names: names[kind][interval],
  sold: true,
})));

const reasons: Readonly<Record<string, Texts>> = {
  too_expensive: { en: 'It costs too much', es: 'Cuesta demasiado' },
  unused: { en: 'I do not use it enough', es: 'No lo uso lo suficiente' },
  missing_features: { en: 'It lacks features I need', es: 'Le faltan funciones que necesito' },
  switched_service: { en: 'I moved to another service', es: 'Me he pasado a otro servicio' },
  too_complex: { en: 'It is too hard to use', es: 'Es demasiado difícil de usar' },
  low_quality: { en: 'The quality is not good enough', es: 'La calidad no es suficiente' },
  customer_service: { en: 'I am not happy with the support', es: 'No me satisface la atención al cliente' },
  other: { en: 'Another reason', es: 'Otro motivo' },
  prefer_not_to_say: { en: 'I prefer not to say', es: 'Prefiero no decirlo' },
};

/** Raise the version with every change of a text, and that of the policy: a test holds both. */
const disclosures: Readonly<Record<string, { readonly version: string; readonly texts: Texts }>> = {
  terms: {
    version: '2026-01',
    texts: {
      en: 'The cancellation follows the Terms of Service, version 2026-01. Nothing renews, and no card is charged for this plan any more.',
      es: 'La cancelación se rige por los Términos del servicio, versión 2026-01. Nada se renueva y ya no se hace ningún cargo a la tarjeta por este plan.',
    },
  },
  'no-refund': {
    version: '2026-01',
    texts: {
      en: 'The paid period is not refunded or prorated. All features of the plan stay available until it ends, and until then you can resume the plan.',
      es: 'El periodo pagado no se reembolsa, ni entero ni en parte. Todas las funciones del plan siguen disponibles hasta que termine, y hasta entonces puede reanudarlo.',
    },
  },
  'unsent-messages': {
    version: '2026-01',
    texts: {
      en: 'When the plan ends, scheduled SMS and ringless voicemails that have not been sent are cancelled and credited to your wallet.',
      es: 'Cuando termine el plan, los SMS y buzones de voz programados que no se hayan enviado se cancelan y se abonan a su cartera.',
    },
  },
  'number-fees': {
    version: '2026-01',
    texts: {
      en: 'Until the plan ends, phone number fees are still deducted from your wallet on the billing day. Numbers removed before that day are not billed.',
      es: 'Hasta que termine el plan, las cuotas de los números de teléfono se siguen descontando de su cartera el día de facturación. Los números que elimine antes de ese día no se cobran.',
    },
  },
  'number-release': {
    version: '2026-01',
    texts: {
      en: 'Once your last plan has ended, all purchased phone numbers are released 14 days later. Released numbers cannot be restored.',
      es: '14 días después de que termine su último plan se liberan todos los números de teléfono comprados. Los números liberados no se pueden recuperar.',
    },
  },
  'ten-dlc-expiry': {
    version: '2026-01',
    texts: {
      en: 'Your 10DLC registration expires 30 days after your last plan has ended. If you come back later you have to apply again.',
      es: 'Su registro 10DLC caduca 30 días después de que termine su último plan. Si vuelve más tarde, tendrá que solicitarlo de nuevo.',
    },
  },
  'data-deletion': {
    version: '2026-01',
    texts: {
      en: 'One year after your last plan has ended, campaigns, messages, contacts, reports and all personal data are permanently deleted.',
      es: 'Un año después de que termine su último plan se eliminan para siempre las campañas, los mensajes, los contactos, los informes y todos los datos personales.',
    },
  },
  'wallet-balance': {
    version: '2026-01',
    texts: {
      en: 'The wallet balance stays and can be used after resubscribing. It is not paid out, and it is gone when the data is deleted.',
      es: 'El saldo de la cartera se conserva y se puede usar si vuelve a suscribirse. No se desembolsa y se pierde cuando se eliminan los datos.',
    },
  },
};

export const builtInPolicy: PolicyInForce = {
  version: builtInVersion,
  languages: ['en', 'es'],
  currencies: [{ code: 'USD', numberFee: 200 }],
  plans,
  reasons: Object.entries(reasons).map(([code, labels]) => ({ code: code as ReasonCode, labels, asked: true })),
  disclosures: Object.entries(disclosures).map(([id, { version, texts }]) => ({ id, version, texts, urls: {} })),
  periods: { version: builtInVersion, numbersReleaseAfterDays: 14, tenDlcExpireAfterDays: 30, purgeAfterYears: 1, tenDlcScope: 'account', numberFeesAfterEnd: false },
  foretold: {},
};
