// The account whose page it is, for everything that stands on the page.
import { createContext, useContext, type ReactNode } from 'react';
import { useLanguage } from '../i18n/language.js';
import { usePlans } from '../service/account.js';
import type { Membership, Plan } from '../service/shapes.js';

export interface Account {
  readonly accountId: string;
  readonly membership: Membership;
  /** Says something at the top of a place, which is where one is unless told; it is gone when one leaves. */
  readonly say: (words: ReactNode, kind: 'good' | 'bad', address?: string) => void;
}

export const AccountContext = createContext<Account | null>(null);

export function useAccount(): Account {
  const account = useContext(AccountContext);
  if (!account) throw new Error('outside of an account');
  return account;
}

/** The name of a plan as customers know it; its id until that is there. */
export function usePlanNames(): { readonly nameOf: (one: { readonly planId: string; readonly planName?: string }) => string; readonly plans: readonly Plan[] } {
  const { data: plans = [] } = usePlans(useLanguage());
  return { plans, nameOf: ({ planId, planName }) => planName ?? plans.find((plan) => plan.planId === planId)?.name ?? planId };
}
