// Folds what happened into what was agreed with the account.
import type { Folds } from '../subject.js';
import type { accountEvents } from './events.js';
import { termsOf, type AccountState } from './state.js';

export const accountFolds: Folds<AccountState, AccountState, (typeof accountEvents)[number]> = {
  AccountOpened: (_, { timeZone, currency, testClockId, numberBillingAnchorDay, numberFee, cancellationMode, locale = null }) => ({
    terms: { timeZone, currency, testClockId, numberBillingAnchorDay, numberFee, cancellationMode, locale },
  }),
  AccountChanged: (state, { timeZone, locale }) => ({ terms: timeZone || locale ? { ...termsOf(state), ...(timeZone && { timeZone }), ...(locale && { locale }) } : state.terms }),
  // The terms stay, they name nobody.
  DataPurged: () => ({}),
};
