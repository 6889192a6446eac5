// The places of the page, as the address names them.
import type { Language } from '../i18n/language.js';

/** The steps and what they need to know; each address can be opened by itself. */
export const addressOf = {
  membership: '/',
  unsubscribe: '/unsubscribe',
  /** `since`: the hash of what was shown before something changed. */
  plan: (subscriptionId?: string, since?: string) => ['/unsubscribe/plan', subscriptionId, since].filter((part) => part !== undefined).join('/'),
  reason: (subscriptionId: string, hash: string) => `/unsubscribe/reason/${subscriptionId}/${hash}`,
  /** `language`: in which the attempt was opened, and its disclosures are consented to. */
  consent: (subscriptionId: string, hash: string, attemptId: string, language: Language) => `/unsubscribe/consent/${subscriptionId}/${hash}/${attemptId}/${language}`,
  confirm: (subscriptionId: string, hash: string, attemptId: string, language: Language) => `/unsubscribe/confirm/${subscriptionId}/${hash}/${attemptId}/${language}`,
  receipt: (subscriptionId: string) => `/receipt/${subscriptionId}`,
  comeBack: '/come-back',
};
