// What has names of its own on the page: belongings, states, refusals.
import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { codeOf } from '../service/client.js';
import type { Belonging, Receipt } from '../service/shapes.js';

export const belongings: Readonly<Record<Belonging, ReactNode>> = {
  numbers: <Trans>Phone numbers</Trans>,
  'ten-dlc': <Trans>10DLC registration</Trans>,
  data: <Trans>Campaigns, messages, contacts and reports</Trans>,
  wallet: <Trans>Wallet balance</Trans>,
};

/** What was to happen, without its date. */
export const consequences: Readonly<Record<Receipt['receipt']['consequences'][number]['kind'], ReactNode>> = {
  'number-fees': <Trans>The fee of the phone numbers leaves the wallet.</Trans>,
  'period-end': <Trans>The plan ends; its features stop.</Trans>,
  'release-numbers': <Trans>All purchased phone numbers are released for good.</Trans>,
  'expire-ten-dlc': <Trans>The 10DLC registration expires.</Trans>,
  'purge-data': <Trans>All data is permanently deleted.</Trans>,
};

/** Why something did not happen, for the customer; the service's own words are for whoever integrates. */
export function Refused({ error }: { readonly error: unknown }) {
  switch (codeOf(error)) {
    case 'subscription_ended':
      return <Trans>This came too late: the plan has ended. Below you see what still can be done.</Trans>;
    case 'cancellation_not_pending':
      return <Trans>No cancellation is pending for this plan, so there is nothing to undo.</Trans>;
    case 'cancellation_already_pending':
      return <Trans>A cancellation of this plan is pending already. Nothing else has changed.</Trans>;
    case 'already_subscribed':
      return <Trans>You have a plan of this kind already. Nothing has changed.</Trans>;
    case 'number_not_removable':
      return <Trans>This number can no longer be removed: it is being released, or it is gone already.</Trans>;
    case 'not_found':
      return <Trans>This is not in your account: it belongs to another one, whose page was open in this browser before. Nothing has changed.</Trans>;
    case 'attempt_expired':
    case 'attempt_used':
      return <Trans>Too much time has passed since you chose a reason, or it was used already. Please choose again.</Trans>;
    case 'unauthenticated':
      return <Trans>Your session has ended. What you did last shows once you open the page anew.</Trans>;
    case 'too_many_requests':
    case 'unavailable':
    case 'clock_unconfirmed':
      return <Trans>The service is busy. Please try again in a minute; pressing the button again does it once, not twice.</Trans>;
    case null:
      return <Trans>No answer came. Whether it happened shows here as soon as the connection is back; pressing the button again does it once, not twice.</Trans>;
    default:
      return <Trans>The service has refused this. Nothing has changed.</Trans>;
  }
}
