// English: also for whoever asks for a language that is not here.
import type { DatedLoss } from '../facts.js';
import type { Letter, Texts } from './texts.js';

const losses: Texts['losses'] = {
  'release-numbers': {
    what: 'All purchased phone numbers are released. They cannot be restored.',
    subject: (day) => `Your phone numbers are released on ${day}`,
    kept: 'If you subscribe again before that moment you keep your numbers.',
  },
  'expire-ten-dlc': {
    what: 'Your 10DLC registration expires. If you come back later you apply again.',
    subject: (day) => `Your 10DLC registration expires on ${day}`,
    kept: 'If you subscribe again before that moment the registration stays.',
  },
  'purge-data': {
    what: 'Campaigns, messages, contacts, reports, the wallet balance and all personal data are permanently deleted.',
    subject: (day) => `All your data is deleted on ${day}`,
    kept: 'Until then you can log in, read everything, take it along as one archive, or subscribe again and keep it.',
  },
};

const dated = (lost: readonly DatedLoss[]): NonNullable<Letter['dates']> => lost.map(({ loss, at }) => ({ at, what: losses[loss].what }));

export const en: Texts = {
  language: 'en',
  greeting: (name) => (name === null ? 'Hello,' : `Hello ${name},`),
  closing: 'You receive this message because it concerns your account; it is not advertising.',
  losses,
  letters: {
    'cancellation-confirmed': ({ plan, requestedAt, effectiveAt, losses: lost }, { moment, day, plan: called }) => ({
      subject: `Your cancellation is confirmed: ${called(plan.planId)} ends on ${day(effectiveAt)}`,
      paragraphs: [
        `We received your cancellation of ${called(plan.planId)} on ${moment(requestedAt)}. Please keep this message as your receipt.`,
        'Nothing renews, and no card is charged for this plan any more. Until the plan ends all its features stay, and so do the phone number fees, which are deducted from your wallet.',
        'These are the dates; the attached calendar file holds them, too:',
      ],
      dates: [
        { at: effectiveAt, what: `${called(plan.planId)} ends and its features stop. Unsent scheduled SMS and ringless voicemails are cancelled and credited to your wallet.` },
        ...dated(lost),
      ],
      more: [
        'What you keep until its date: your phone numbers, your registration, your data and your wallet balance. What its date has taken cannot be restored. The paid period is not refunded.',
        `You can change your mind: until ${moment(effectiveAt)} you resume the plan with one click, and everything is as if nothing had happened. Later you can subscribe again, and keep what is not lost by then.`,
      ],
      link: 'See what is pending, or resume the plan',
    }),
    'subscription-resumed': ({ plan }, { plan: called }) => ({
      subject: `${called(plan.planId)} goes on`,
      paragraphs: [
        `Your cancellation of ${called(plan.planId)} is taken back. The plan goes on and renews as before, and everything is as if nothing had happened.`,
        'The dates of our earlier message no longer apply; please remove them from your calendar.',
      ],
      link: 'See your plans',
    }),
    'plan-ended': ({ plan, endedAt, losses: lost }, { day, plan: called }) => ({
      subject: `${called(plan.planId)} has ended`,
      paragraphs: [
        `${called(plan.planId)} ended on ${day(endedAt)}, as you asked. Its features have stopped.`,
        ...(lost.length > 0 ? ['You can still log in and see everything. This is what follows unless you subscribe again:'] : []),
      ],
      dates: dated(lost),
      link: 'See your account, or subscribe again',
    }),
    'loss-announced': ({ loss, at }, { moment, day }) => ({
      subject: losses[loss].subject(day(at)),
      paragraphs: [`On ${moment(at)}: ${losses[loss].what}`, losses[loss].kept],
      link: 'See what is pending, or subscribe again',
    }),
    'numbers-released': ({ released }) => ({
      subject: 'Your phone numbers are released',
      paragraphs: [released === 1 ? 'One phone number was released. It cannot be restored.' : `${released} phone numbers were released. They cannot be restored.`],
      link: 'See your account',
    }),
    'ten-dlc-expired': () => ({
      subject: 'Your 10DLC registration has expired',
      paragraphs: ['Your 10DLC registration has expired. If you come back to a Messaging plan you apply again.'],
      link: 'See your account',
    }),
    'data-purged': ({ since, early, years }, { moment }) => ({
      subject: 'Your data is deleted',
      paragraphs: [
        early
          ? `As you asked, everything that we hold about you has not been readable since ${moment(since)} and is being deleted for good.`
          : `${years === 1 ? 'A year has' : `${years} years have`} passed since your last plan ended. Campaigns, messages, contacts, reports and all personal data have not been readable since ${moment(since)} and are being deleted for good.`,
        'What we have to keep outlives that: accounting records without anything personal, evidence of what you accepted, and that somebody wants no more messages, as a code that leads to nobody.',
        'This is the last message to this address: it is deleted, too.',
      ],
    }),
    'annual-reminder': ({ plan, price, renewsAt }, { amount, day, plan: called }) => ({
      subject: `A reminder: ${called(plan.planId)} renews by itself`,
      paragraphs: [
        `You have ${called(plan.planId)} for ${amount(price)} ${plan.interval === 'month' ? 'a month' : 'a year'}. It renews by itself, next on ${day(renewsAt)}, until you cancel.`,
        'You can cancel at any time on your membership page; the plan then runs until the end of the period that is paid.',
      ],
      link: 'See your plans, or cancel',
    }),
  },
};
