// What was agreed with an account, and where its clock stands; never who the person is.
import type { Money } from '#kernel';
import type { TimeZone } from '../calendar.js';
import type { Language } from '../language.js';
import { languageOf, type PolicyInForce } from '../policy-in-force.js';
import type { CancellationMode } from './events.js';

export interface AccountTerms {
  readonly timeZone: TimeZone;
  readonly currency: string;
  readonly testClockId: string | null;
  readonly numberBillingAnchorDay: number | null;
  readonly numberFee: Money;
  readonly cancellationMode: CancellationMode;
  /** In which language it is told what happens: a BCP 47 tag; `null`: nobody said. */
  readonly locale: string | null;
}

export interface AccountState {
  readonly accountId: string;
  /** `null`: no such account. */
  readonly terms: AccountTerms | null;
}

export const noAccount = (accountId: string): AccountState => ({ accountId, terms: null });

/** For code that runs only where the account is known to exist. */
export function termsOf({ terms, accountId }: AccountState): AccountTerms {
  if (!terms) throw new Error(`account ${accountId} has no terms`);
  return terms;
}

/** In which language of the policy the account is spoken to, unless another one of them is asked for. */
export const languageFor = (policy: PolicyInForce, { terms }: AccountState, asked?: Language): Language =>
  asked !== undefined && policy.languages.includes(asked) ? asked : languageOf(policy, terms?.locale ?? null);
