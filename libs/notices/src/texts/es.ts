// Español.
import type { DatedLoss } from '../facts.js';
import type { Letter, Texts } from './texts.js';

const losses: Texts['losses'] = {
  'release-numbers': {
    what: 'Se liberan todos los números de teléfono comprados. No se pueden recuperar.',
    subject: (day) => `Sus números de teléfono se liberan el ${day}`,
    kept: 'Si vuelve a suscribirse antes de ese momento, conserva sus números.',
  },
  'expire-ten-dlc': {
    what: 'Caduca su registro 10DLC. Si vuelve más tarde, tendrá que solicitarlo de nuevo.',
    subject: (day) => `Su registro 10DLC caduca el ${day}`,
    kept: 'Si vuelve a suscribirse antes de ese momento, el registro se conserva.',
  },
  'purge-data': {
    what: 'Se eliminan para siempre las campañas, los mensajes, los contactos, los informes, el saldo de la cartera y todos los datos personales.',
    subject: (day) => `Todos sus datos se eliminan el ${day}`,
    kept: 'Hasta entonces puede iniciar sesión, leerlo todo, llevárselo en un solo archivo, o volver a suscribirse y conservarlo.',
  },
};

const dated = (lost: readonly DatedLoss[]): NonNullable<Letter['dates']> => lost.map(({ loss, at }) => ({ at, what: losses[loss].what }));

export const es: Texts = {
  language: 'es',
  greeting: (name) => (name === null ? 'Hola:' : `Hola, ${name}:`),
  closing: 'Recibe este mensaje porque se refiere a su cuenta; no es publicidad.',
  losses,
  letters: {
    'cancellation-confirmed': ({ plan, requestedAt, effectiveAt, losses: lost }, { moment, day, plan: called }) => ({
      subject: `Su cancelación está confirmada: ${called(plan.planId)} termina el ${day(effectiveAt)}`,
      paragraphs: [
        `Recibimos la cancelación de ${called(plan.planId)} el ${moment(requestedAt)}. Guarde este mensaje como comprobante.`,
        'Nada se renueva y ya no se hace ningún cargo a la tarjeta por este plan. Hasta que termine conserva todas sus funciones, y las cuotas de los números de teléfono se siguen descontando de su cartera.',
        'Estas son las fechas; también están en el archivo de calendario adjunto:',
      ],
      dates: [
        { at: effectiveAt, what: `${called(plan.planId)} termina y sus funciones se detienen. Los SMS y buzones de voz programados que no se hayan enviado se cancelan y se abonan a su cartera.` },
        ...dated(lost),
      ],
      more: [
        'Lo que conserva hasta su fecha: sus números de teléfono, su registro, sus datos y el saldo de su cartera. Lo que se pierde en su fecha no se puede recuperar. El periodo pagado no se reembolsa.',
        `Puede cambiar de opinión: hasta el ${moment(effectiveAt)} reanuda el plan con un clic y todo queda como si nada hubiera pasado. Después puede volver a suscribirse y conservar lo que aún no se haya perdido.`,
      ],
      link: 'Ver lo pendiente o reanudar el plan',
    }),
    'subscription-resumed': ({ plan }, { plan: called }) => ({
      subject: `${called(plan.planId)} continúa`,
      paragraphs: [
        `Su cancelación de ${called(plan.planId)} queda sin efecto. El plan continúa y se renueva como antes, y todo queda como si nada hubiera pasado.`,
        'Las fechas de nuestro mensaje anterior ya no valen; elimínelas de su calendario.',
      ],
      link: 'Ver sus planes',
    }),
    'plan-ended': ({ plan, endedAt, losses: lost }, { day, plan: called }) => ({
      subject: `${called(plan.planId)} ha terminado`,
      paragraphs: [
        `${called(plan.planId)} terminó el ${day(endedAt)}, como pidió. Sus funciones se han detenido.`,
        ...(lost.length > 0 ? ['Todavía puede iniciar sesión y verlo todo. Esto es lo que sigue si no vuelve a suscribirse:'] : []),
      ],
      dates: dated(lost),
      link: 'Ver su cuenta o volver a suscribirse',
    }),
    'loss-announced': ({ loss, at }, { moment, day }) => ({
      subject: losses[loss].subject(day(at)),
      paragraphs: [`El ${moment(at)}: ${losses[loss].what}`, losses[loss].kept],
      link: 'Ver lo pendiente o volver a suscribirse',
    }),
    'numbers-released': ({ released }) => ({
      subject: 'Sus números de teléfono se han liberado',
      paragraphs: [released === 1 ? 'Se ha liberado un número de teléfono. No se puede recuperar.' : `Se han liberado ${released} números de teléfono. No se pueden recuperar.`],
      link: 'Ver su cuenta',
    }),
    'ten-dlc-expired': () => ({
      subject: 'Su registro 10DLC ha caducado',
      paragraphs: ['Su registro 10DLC ha caducado. Si vuelve a un plan de mensajería, tendrá que solicitarlo de nuevo.'],
      link: 'Ver su cuenta',
    }),
    'data-purged': ({ since, early, years }, { moment }) => ({
      subject: 'Sus datos se han eliminado',
      paragraphs: [
        early
          ? `Como pidió, todo lo que guardamos sobre usted no se puede leer desde el ${moment(since)} y se está eliminando para siempre.`
          : `${years === 1 ? 'Ha pasado un año' : `Han pasado ${years} años`} desde que terminó su último plan. Las campañas, los mensajes, los contactos, los informes y todos los datos personales no se pueden leer desde el ${moment(since)} y se están eliminando para siempre.`,
        'Se conserva lo que debemos conservar: registros contables sin nada personal, la prueba de lo que aceptó, y que alguien no quiere más mensajes, como un código que no lleva a nadie.',
        'Este es el último mensaje a esta dirección: también se elimina.',
      ],
    }),
    'annual-reminder': ({ plan, price, renewsAt }, { amount, day, plan: called }) => ({
      subject: `Recordatorio: ${called(plan.planId)} se renueva automáticamente`,
      paragraphs: [
        `Tiene ${called(plan.planId)} por ${amount(price)} ${plan.interval === 'month' ? 'al mes' : 'al año'}. Se renueva automáticamente, la próxima vez el ${day(renewsAt)}, hasta que lo cancele.`,
        'Puede cancelar en cualquier momento en la página de su suscripción; el plan sigue entonces hasta el final del periodo pagado.',
      ],
      link: 'Ver sus planes o cancelar',
    }),
  },
};
