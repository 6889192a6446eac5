// All that is told of one account; what a purge took is not there, and the rest is shown all the same.
import { useQuery } from '@tanstack/react-query';
import { useLanguage } from '../../i18n/language.js';
import { bodyOf, codeOf, type Schemas } from '../../service/client.js';
import { staff } from '../../staff/session.js';

export interface Reading {
  readonly account: Schemas['Account'] | null;
  readonly membership: Schemas['Membership'] | null;
  readonly timeline: readonly Schemas['TimelineEntry'][];
  readonly events: readonly Schemas['Event'][];
  readonly deadlines: readonly Schemas['OpsDeadline'][];
  readonly effects: readonly Schemas['Effect'][];
  readonly ledger: readonly Schemas['LedgerEntry'][];
  readonly consents: readonly Schemas['Consent'][];
  readonly holds: readonly Schemas['ListedLegalHold'][];
  readonly purges: readonly Schemas['Purge'][];
}

const most = 1_000;
const nothing = { data: [] };

/** Rejects where there is no such account. */
async function read(accountId: string, locale: 'en' | 'es'): Promise<Reading> {
  const params = { path: { accountId } };
  const query = { accountId, limit: most };
  const [account, membership, timeline, events, deadlines, effects, ledger, consents, holds, purges] = await Promise.all([
    unlessPurged(bodyOf(staff.GET('/v1/accounts/{accountId}', { params })), null),
    unlessPurged(bodyOf(staff.GET('/v1/accounts/{accountId}/membership', { params: { ...params, query: { locale } } })), null),
    unlessPurged(bodyOf(staff.GET('/v1/accounts/{accountId}/timeline', { params: { ...params, query: { locale } } })), nothing),
    bodyOf(staff.GET('/v1/accounts/{accountId}/events', { params: { ...params, query: { limit: most } } })),
    bodyOf(staff.GET('/v1/ops/deadlines', { params: { query } })),
    bodyOf(staff.GET('/v1/ops/effects', { params: { query } })),
    unlessPurged(bodyOf(staff.GET('/v1/accounts/{accountId}/ledger', { params: { ...params, query: { limit: most } } })), nothing),
    unlessPurged(bodyOf(staff.GET('/v1/accounts/{accountId}/consents', { params })), nothing),
    unlessPurged(bodyOf(staff.GET('/v1/accounts/{accountId}/legal-holds', { params })), nothing),
    bodyOf(staff.GET('/v1/ops/purges', { params: { query: { accountId } } })),
  ]);
  return {
    account, membership, timeline: timeline.data, events: events.data, deadlines: deadlines.data, effects: effects.data, ledger: ledger.data, consents: consents.data, holds: holds.data, purges: purges.data,
  };
}

async function unlessPurged<T, Otherwise>(asked: Promise<T>, otherwise: Otherwise): Promise<T | Otherwise> {
  try {
    return await asked;
  } catch (error) {
    if (codeOf(error) === 'account_purged') return otherwise;
    throw error;
  }
}

export function useReading(accountId: string) {
  const locale = useLanguage();
  return useQuery({ queryKey: ['ops', 'account', accountId, locale], queryFn: () => read(accountId, locale), refetchInterval: 10_000 });
}

export const useAttempts = (effectId: string) =>
  useQuery({ queryKey: ['ops', 'attempts', effectId], queryFn: async () => (await bodyOf(staff.GET('/v1/ops/effects/{effectId}/attempts', { params: { path: { effectId } } }))).data });
