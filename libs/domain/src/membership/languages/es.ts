// Español.
import type { ChargePurpose } from '../../charges/events.js';
import type { Message } from '../../notices/messages.js';
import type { NumberOrigin } from '../../numbers/events.js';
import { isLossKind, type LossKind } from '../consequences.js';
import type { Words } from './words.js';

const numbers = (count: number): string => (count === 1 ? '1 número' : `${count} números`);
const forWhat = (purpose: ChargePurpose): string => (purpose === 'plan' ? '' : ' para la cartera');
const origins: Readonly<Record<NumberOrigin, string>> = { purchased: 'comprado', ported: 'portado', verified: 'verificado' };
const parts = { campaign: 'la campaña 10DLC', brand: 'la marca 10DLC' } as const;

/** Ends a sentence. */
const said: Readonly<Record<Message, string>> = {
  'cancellation-confirmed': 'la cancelación, con sus fechas',
  'subscription-resumed': 'el plan continúa',
  'plan-ended': 'el plan ha terminado',
  'loss-announced': 'lo que se pierde pronto',
  'numbers-released': 'los números de teléfono se han liberado',
  'ten-dlc-expired': 'el registro 10DLC ha caducado',
  'data-purged': 'todos los datos se eliminan',
  'annual-reminder': 'el plan se renueva',
};

/** Ends a sentence, too. */
const near: Readonly<Record<LossKind, string>> = {
  'release-numbers': 'se liberen los números de teléfono',
  'expire-ten-dlc': 'caduque el registro 10DLC',
  'purge-data': 'se eliminen todos los datos',
};

const left = (days: number, loss: LossKind): string => `${days === 1 ? 'Queda 1 día' : `Quedan ${days} días`} para que ${near[loss]}`;

const releasedHow = {
  released: () => 'Se liberó un número de teléfono.',
  'already-gone': (reason: string | null) => (reason === 'ported-out' ? 'Un número de teléfono pasó a otro operador.' : 'El operador ya no tenía uno de los números de teléfono.'),
  'settled-elsewhere': () => 'La liberación de un número de teléfono se resolvió por otra vía.',
} as const;

export const es: Words = {
  belongings: { numbers: 'números de teléfono', 'ten-dlc': 'registro 10DLC', data: 'datos', wallet: 'saldo de la cartera' },
  happened: {
    AccountOpened: () => 'Se abrió la cuenta.',
    AccountChanged: () => 'Se cambiaron datos de la cuenta.',
    AccountImported: () => 'La cuenta se trajo de otro sistema.',
    SubscriptionStarted: ({ planId, period, returned }, { plan, moment, belonging }) =>
      returned
        ? `Volvió con ${plan(planId)} hasta el ${moment(period.end)}; perdido mientras tanto: ${returned.lost.map(belonging).join(', ') || 'nada'}.`
        : `Comenzó ${plan(planId)}, primer periodo hasta el ${moment(period.end)}.`,
    SubscriptionRenewed: ({ planId, period }, { plan, moment }) => `Se renovó ${plan(planId)} hasta el ${moment(period.end)}.`,
    PlanChangeScheduled: ({ planId, from }, { plan, moment }) => `Cambia a ${plan(planId)} a partir del ${moment(from)}.`,
    SubscriptionPastDue: ({ owed }, { amount }) => `El pago falló; queda pendiente un importe de ${amount(owed)}.`,
    SubscriptionPaid: ({ periodNumber }) => (periodNumber === null ? 'Se pagó la deuda.' : `Se pagó la deuda del periodo ${periodNumber}.`),
    PeriodEnded: ({ planId, lastPlan }, { plan }) => `${plan(planId)} terminó${lastPlan ? '; era el último plan de la cuenta' : ''}.`,
    CardChargeRequested: ({ amount: asked, purpose }, { amount }) => `Se solicitó un cargo de ${amount(asked)} a la tarjeta${forWhat(purpose)}.`,
    ChargeCollected: ({ amount: collected, purpose }, { amount }) => (purpose === 'plan' ? `Se cobró el cargo de ${amount(collected)} a la tarjeta.` : null),
    ChargeFailed: ({ amount: asked, purpose }, { amount }) => `No se pudo cobrar el cargo de ${amount(asked)} a la tarjeta${forWhat(purpose)}.`,
    WalletToppedUp: ({ amount: added }, { amount }) => `Se ingresó un importe de ${amount(added)} en la cartera.`,
    AutoRechargeConfigured: ({ enabled }) => `Se ${enabled ? 'activó' : 'desactivó'} la recarga automática.`,
    AutoRechargeSuspended: () => 'La recarga automática queda en pausa: ningún plan se va a renovar.',
    AutoRechargeRestored: () => 'La recarga automática vuelve a funcionar.',
    WalletRecharged: ({ amount: added }, { amount }) => `La cartera se recargó con un cargo de ${amount(added)} a la tarjeta.`,
    UnsentMessagesCredited: ({ sms, rvm, amount: credited }, { amount }) => {
      const count = sms.count + rvm.count;
      return `${count === 1 ? 'Se canceló 1 mensaje no enviado' : `Se cancelaron ${count} mensajes no enviados`} y se abonó un importe de ${amount(credited)}.`;
    },
    CancellationAttempted: () => 'Aceptó las consecuencias de una cancelación; todavía no ha cambiado nada.',
    CancellationRequested: ({ planId, effectiveAt }, { plan, moment }) => `Canceló ${plan(planId)}; sigue hasta el ${moment(effectiveAt)}.`,
    SubscriptionResumed: ({ planId }, { plan }) => `Reanudó ${plan(planId)}; la cancelación queda sin efecto.`,
    NumberPurchased: ({ origin }) => `Se añadió un número de teléfono (${origins[origin]}).`,
    NumberRemoved: () => 'Se eliminó un número de teléfono.',
    NumberNotGivenBack: () => 'Un número de teléfono eliminado vuelve a estar en uso y no se devuelve.',
    NumberFeesCharged: ({ count, amount: paid }, { amount }) => `Se descontó de la cartera un importe de ${amount(paid)} por ${numbers(count)}.`,
    NumberFeesFellShort: ({ amount: short }, { amount }) => `No se pudo pagar un importe de ${amount(short)} de las cuotas de los números.`,
    NumberReleaseStarted: ({ numberIds, leftIds }) => {
      if (numberIds.length > 0) return `Comenzó la liberación de ${numbers(numberIds.length)}.`;
      if (leftIds.length === 0) return null;
      return leftIds.length === 1 ? '1 número que no nos corresponde liberar queda como está.' : `${leftIds.length} números que no nos corresponde liberar quedan como están.`;
    },
    NumberReleased: ({ outcome, reason }) => releasedHow[outcome](reason),
    NumberReleaseBlocked: () => 'La liberación de un número de teléfono está bloqueada en el operador.',
    NumberReleaseRetried: () => 'Se vuelve a solicitar al operador la liberación de un número de teléfono.',
    NumberReleaseWithdrawn: ({ numberIds }) => `Conservado, porque todavía no se había solicitado al operador: ${numbers(numberIds.length)} de teléfono.`,
    NumbersReleased: ({ released, left }) => (released === 0 && left === 0 ? null : `El proceso de los números ha concluido; liberados: ${released}.`),
    TenDlcApplied: () => 'Se solicitó un registro 10DLC.',
    TenDlcRegistered: () => 'Se aprobó el registro 10DLC.',
    TenDlcExpired: () => 'Caducó el registro 10DLC.',
    TenDlcExpirySkipped: () => null,
    TenDlcDeregistered: ({ part }) => `El operador ya no tiene ${parts[part]}.`,
    TenDlcDeregistrationBlocked: ({ part }) => `El operador no puede dar de baja ${parts[part]}.`,
    TenDlcDeregistrationRetried: ({ part }) => `Se vuelve a solicitar al operador la baja de ${parts[part]}.`,
    LegalHoldPlaced: () => 'Una retención legal detiene la eliminación.',
    LegalHoldLifted: () => 'Se levantó una retención legal.',
    LossAnnounced: ({ loss, at, daysLeft }, { moment }) => (isLossKind(loss) ? `${left(daysLeft, loss)}, el ${moment(at)}.` : null),
    PurgeStarted: () => 'Comenzó la eliminación de todos los datos.',
    DataPurged: () => 'Todos los datos se han eliminado.',
    DeadlineRetried: () => 'Se vuelve a intentar algo que debía ocurrir y se había quedado detenido.',
    NoteRedacted: () => null,
    CustomerNotified: ({ message, channel }) => `Se comunicó por ${channel === 'e-mail' ? 'correo electrónico' : 'otra vía'}: ${said[message]}.`,
    NoticeBlocked: ({ message }) => `No se pudo comunicar por correo electrónico: ${said[message]}.`,
    NoticeRetried: ({ message }) => `Se vuelve a enviar un correo electrónico: ${said[message]}.`,
  },
  recurs: {
    'number-fees': ({ count, amount: due, short }, { amount }) =>
      `Se descuenta de la cartera un importe de ${amount(due)} por ${numbers(count)}.${short ? ` De ese importe no se pueden pagar ${amount(short)} si la cartera no se recarga antes.` : ''}`,
    'period-end': (facts, { plan }) => {
      if (!facts) return 'Termina un periodo.';
      return facts.ends ? `${plan(facts.planId)} termina; sus funciones se detienen.` : `${plan(facts.planId)} se renueva.`;
    },
  },
  lost: {
    'release-numbers': 'Se liberan todos los números de teléfono comprados y no se pueden recuperar.',
    'expire-ten-dlc': 'Caduca el registro 10DLC; si vuelve más tarde, tendrá que solicitarlo de nuevo.',
    'purge-data': 'Se eliminan para siempre las campañas, los mensajes, los contactos, los informes y todos los datos personales.',
  },
  daysLeft: (days, loss) => `${left(days, loss)}.`,
  noLongerFollows: 'Ya no va a ocurrir.',
};
