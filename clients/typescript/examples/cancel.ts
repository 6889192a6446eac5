import { createClient } from '../src/index.js';

export async function cancelPlan(baseUrl: string, token: string, accountId: string, subscriptionId: string): Promise<string> {
  const client = createClient({ baseUrl, token });
  const path = { accountId, subscriptionId };
  const { data: preview, error } = await client.GET('/v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation/preview', { params: { path } });
  if (error) throw new Error(error.detail);
  const acceptedDisclosures = preview.disclosures.map(({ id, version }) => ({ id, version }));
  const { data: cancelled, error: refused } = await client.POST('/v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation', {
    params: { path, header: { 'Idempotency-Key': `cancel-${subscriptionId}` } },
    body: { reason: { code: 'too_expensive' }, acknowledgedConsequences: true, acceptedDisclosures },
  });
  if (refused) throw new Error(refused.detail);
  return cancelled.currentPeriod.end;
}
