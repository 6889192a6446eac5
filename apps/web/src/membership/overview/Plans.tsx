// The plans, with what is pending first: until when it can be undone, and the button that does.
import { Trans } from '@lingui/react/macro';
import { bodyOf, service } from '../../service/client.js';
import { useCommand } from '../../service/queries.js';
import type { Subscription } from '../../service/shapes.js';
import { Actions } from '../../ui/Actions.js';
import { go } from '../../ui/address.js';
import { Amount } from '../../ui/Amount.js';
import { Button } from '../../ui/Button.js';
import { Moment } from '../../ui/Moment.js';
import { useAccount, usePlanNames } from '../account.js';
import { addressOf } from '../addresses.js';
import { Refused } from '../words.js';
import styles from './Plans.module.css';

export function Plans() {
  const { membership } = useAccount();
  const { subscriptions, allowedActions, standing } = membership;
  const weight = (one: Subscription): number => (one.status === 'ended' ? 2 : one.cancellation ? 0 : 1);
  const canComeBack = allowedActions.some(({ action }) => action === 'resubscribe') || standing === 'none';
  return (
    <>
      {standing === 'none' && (
        <p>
          <Trans>You have no plan.</Trans>
        </p>
      )}
      <ul className={styles.plans}>
        {subscriptions.toSorted((a, b) => weight(a) - weight(b) || b.startedAt.localeCompare(a.startedAt)).map((one) => (
          <li key={one.subscriptionId} className={styles.plan}>
            <PlanOf subscription={one} />
          </li>
        ))}
      </ul>
      {canComeBack && (
        <Actions>
          <Button onPress={() => { go(addressOf.comeBack); }}>
            <Trans>Subscribe again</Trans>
          </Button>
        </Actions>
      )}
    </>
  );
}

function PlanOf({ subscription }: { readonly subscription: Subscription }) {
  const { nameOf } = usePlanNames();
  return (
    <>
      <div className={styles.head}>
        <h2>{nameOf(subscription)}</h2>
        <p className={styles.price}>
          <Price subscription={subscription} />
        </p>
      </div>
      <State subscription={subscription} />
    </>
  );
}

export function Price({ subscription: { price, interval } }: { readonly subscription: Pick<Subscription, 'price' | 'interval'> }) {
  return interval === 'year' ? (
    <Trans>
      <Amount of={price} /> a year
    </Trans>
  ) : (
    <Trans>
      <Amount of={price} /> a month
    </Trans>
  );
}

function State({ subscription }: { readonly subscription: Subscription }) {
  const { status, cancellation, endedAt, currentPeriod, nextPlanId } = subscription;
  const { nameOf } = usePlanNames();
  if (status === 'ended') {
    return (
      <>
        <p>
          <Trans>
            Ended on <Moment at={endedAt ?? currentPeriod.end} />.
          </Trans>
        </p>
        <ReceiptLink subscription={subscription} />
      </>
    );
  }
  if (cancellation) return <Pending subscription={subscription} effectiveAt={cancellation.effectiveAt} />;
  return (
    <p>
      {status === 'trialing' && (
        <Trans>
          Free trial until <Moment at={currentPeriod.end} />; then the first payment.
        </Trans>
      )}
      {status === 'past_due' && (
        <Trans>
          A payment failed. The period runs until <Moment at={currentPeriod.end} />.
        </Trans>
      )}
      {status === 'active' && nextPlanId === null && (
        <Trans>
          Active. Renews on <Moment at={currentPeriod.end} />.
        </Trans>
      )}
      {status === 'active' && nextPlanId !== null && (
        <Trans>
          Active. Becomes {nameOf({ planId: nextPlanId })} on <Moment at={currentPeriod.end} />.
        </Trans>
      )}
    </p>
  );
}

function Pending({ subscription, effectiveAt }: { readonly subscription: Subscription; readonly effectiveAt: string }) {
  const { accountId, say, membership } = useAccount();
  const { nameOf } = usePlanNames();
  const name = nameOf(subscription);
  const { subscriptionId } = subscription;
  const resume = useCommand(
    (_: { readonly resume: string }, key, signal) =>
      bodyOf(service.POST('/v1/accounts/{accountId}/subscriptions/{subscriptionId}/resume', { params: { path: { accountId, subscriptionId }, header: { 'Idempotency-Key': key } }, signal })),
    {
      onDone: () => { say(<Trans>{name} goes on, as if nothing had happened.</Trans>, 'good'); },
      onFailed: (error) => { say(<Refused error={error} />, 'bad'); },
    },
  );
  return (
    <>
      <p className={styles.pending}>
        <Trans>
          Cancelled. It ends on <Moment at={effectiveAt} />.
        </Trans>
      </p>
      <p>
        <Trans>Until then everything works as before, nothing renews, and you can undo the cancellation to the last moment.</Trans>
      </p>
      {membership.allowedActions.some((one) => one.action === 'resume' && one.subscriptionId === subscriptionId) && (
        <Actions>
          <Button isPending={resume.isPending} onPress={() => { resume.mutate({ resume: subscriptionId }); }}>
            <Trans>Resume {name}</Trans>
          </Button>
        </Actions>
      )}
      <ReceiptLink subscription={subscription} />
    </>
  );
}

function ReceiptLink({ subscription: { subscriptionId, cancellation } }: { readonly subscription: Subscription }) {
  if (!cancellation) return null;
  return (
    <p>
      <a href={`#${addressOf.receipt(subscriptionId)}`}>
        <Trans>Receipt of the cancellation</Trans>
      </a>
    </p>
  );
}
