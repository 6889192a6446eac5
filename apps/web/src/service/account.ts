// The questions of the Membership page, each under a key of its own; all of them are asked again while the page is looked at.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Language } from '../i18n/language.js';
import { bodyOf, service } from './client.js';
import { queries, sessionKey } from './queries.js';
import type { PhoneNumber } from './shapes.js';

/** A page that lies open stays right. */
const refetchInterval = 15_000;

const session = { queryKey: sessionKey, queryFn: () => bodyOf(service.GET('/v1/page-session')), staleTime: 5_000 };

export const useSession = () => useQuery({ ...session, refetchInterval });

/** While the words of the page are still on their way; what comes of it the page asks anew. */
export const askForSession = (): void => void queries.query(session).catch(() => undefined);

export const useMembership = (accountId: string, locale: Language) =>
  useQuery({
    queryKey: [accountId, 'membership', locale],
    queryFn: () => bodyOf(service.GET('/v1/accounts/{accountId}/membership', { params: { path: { accountId }, query: { locale } } })),
    placeholderData: keepPreviousData,
    refetchInterval,
  });

/** All pages of it, one after the other. */
async function wholeList<T>(pageAfter: (after: { readonly after?: string }) => Promise<{ readonly data: readonly T[]; readonly next: string | null }>): Promise<readonly T[]> {
  const whole: T[] = [];
  let next: string | null = null;
  do {
    const page = await pageAfter(next === null ? {} : { after: next });
    whole.push(...page.data);
    ({ next } = page);
  } while (next !== null);
  return whole;
}

export const useNumbers = (accountId: string) =>
  useQuery({
    queryKey: [accountId, 'numbers'],
    queryFn: (): Promise<readonly PhoneNumber[]> =>
      wholeList((after) => bodyOf(service.GET('/v1/accounts/{accountId}/numbers', { params: { path: { accountId }, query: { limit: 1000, ...after } } }))),
    refetchInterval,
  });

export const useTimeline = (accountId: string, locale: Language) =>
  useQuery({
    queryKey: [accountId, 'timeline', locale],
    queryFn: () => wholeList((after) => bodyOf(service.GET('/v1/accounts/{accountId}/timeline', { params: { path: { accountId }, query: { locale, ...after } } }))),
    refetchInterval,
  });

/** `null`: of no plan. */
export const usePreview = (accountId: string, subscriptionId: string | null, locale: Language) =>
  useQuery({
    queryKey: [accountId, 'preview', subscriptionId, locale],
    queryFn: () => bodyOf(service.GET('/v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation/preview', { params: { path: { accountId, subscriptionId: subscriptionId! }, query: { locale } } })),
    enabled: subscriptionId !== null,
    refetchInterval,
  });

export const usePlans = (locale: Language) =>
  useQuery({ queryKey: ['plans', locale], queryFn: async () => (await bodyOf(service.GET('/v1/plans', { params: { query: { locale } } }))).data, staleTime: Infinity });

export const useCertificate = (accountId: string) =>
  useQuery({ queryKey: [accountId, 'certificate'], queryFn: () => bodyOf(service.GET('/v1/accounts/{accountId}/purge-certificate', { params: { path: { accountId } } })), refetchInterval });

export const useReceipt = (accountId: string, subscriptionId: string) =>
  useQuery({
    queryKey: [accountId, 'receipt', subscriptionId],
    queryFn: () => bodyOf(service.GET('/v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation/receipt', { params: { path: { accountId, subscriptionId } } })),
  });
