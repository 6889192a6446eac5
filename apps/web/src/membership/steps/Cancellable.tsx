// The later steps are there only while the plan can be cancelled; otherwise one is back at the membership, and told why.
import { Trans } from '@lingui/react/macro';
import { useEffect } from 'react';
import { go } from '../../ui/address.js';
import { useAccount, usePlanNames } from '../account.js';
import { addressOf } from '../addresses.js';

/** `isPending`: something is under way, and says itself what has come of it. */
export function useCancellable(subscriptionId: string, isPending = false): void {
  const { membership, say } = useAccount();
  const { nameOf } = usePlanNames();
  const isCancellable = membership.allowedActions.some((one) => one.action === 'cancel' && one.subscriptionId === subscriptionId);
  const subscription = membership.subscriptions.find((one) => one.subscriptionId === subscriptionId);
  useEffect(() => {
    if (isCancellable || isPending) return;
    const name = subscription && nameOf(subscription);
    if (!subscription) say(<Trans>The plan that was to be cancelled is not in this account: it belongs to another one, whose page was open in this browser before. Nothing has changed.</Trans>, 'bad', addressOf.membership);
    else if (subscription.cancellation && subscription.status !== 'ended') say(<Trans>{name} is cancelled already. Until it ends you can undo this.</Trans>, 'good', addressOf.membership);
    else say(<Trans>This plan cannot be cancelled. Below you see where it stands.</Trans>, 'bad', addressOf.membership);
    go(addressOf.membership, { replaces: true });
  });
}
