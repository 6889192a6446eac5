// Step 6: the final "I understand the consequences and still want to cancel". This one changes something.
import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect, type ReactNode } from 'react';
import type { Language } from '../../i18n/language.js';
import { usePreview } from '../../service/account.js';
import { bodyOf, codeOf, service } from '../../service/client.js';
import { useCommand } from '../../service/queries.js';
import { carried, go } from '../../ui/address.js';
import { Moment } from '../../ui/Moment.js';
import { Notice } from '../../ui/Notice.js';
import { useAccount, usePlanNames } from '../account.js';
import { addressOf } from '../addresses.js';
import { Refused } from '../words.js';
import { useCancellable } from './Cancellable.js';
import styles from './Confirm.module.css';
import { Credits, UpcomingFees } from './Money.js';
import { useSameLanguage } from './same-language.js';
import { Step } from './Step.js';

interface Props {
  readonly subscriptionId: string;
  readonly hash: string;
  readonly attemptId: string;
  /** In which the attempt was opened. */
  readonly language: Language;
}

interface Accepted {
  readonly id: string;
  readonly version: string;
}

export function Confirm({ subscriptionId, hash, attemptId, language }: Props) {
  const { t } = useLingui();
  useSameLanguage(subscriptionId, language);
  const { accountId, membership, say } = useAccount();
  const { nameOf } = usePlanNames();
  const { data: preview } = usePreview(accountId, subscriptionId, language);
  const accepted = carried() as readonly Accepted[] | null;
  const consent = addressOf.consent(subscriptionId, hash, attemptId, language);
  // What was consented to belongs to the tab that showed it.
  useEffect(() => { if (accepted === null) go(consent, { replaces: true }); });
  const subscription = membership.subscriptions.find((one) => one.subscriptionId === subscriptionId);
  const name = subscription ? nameOf(subscription) : '';
  const confirm = useCommand(
    ({ attempt, acceptedDisclosures }: { readonly attempt: string; readonly acceptedDisclosures: readonly Accepted[] }, key, signal) =>
      bodyOf(service.POST('/v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation-attempts/{attemptId}/confirm', {
        params: { path: { accountId, subscriptionId, attemptId: attempt }, header: { 'Idempotency-Key': key } },
        body: { acceptedDisclosures: [...acceptedDisclosures], acknowledgedConsequences: true },
        signal,
      })),
    {
      onDone: ({ currentPeriod }) => {
        sayAt(<Trans>{name} is cancelled. It ends on <Moment at={currentPeriod.end} isBare />, and until then you can undo this.</Trans>, 'good', addressOf.membership);
      },
      onFailed: (error) => {
        const code = codeOf(error);
        if (code === 'preview_stale') go(addressOf.plan(subscriptionId, hash));
        if (code === 'disclosures_stale' || code === 'disclosures_missing') go(consent);
        if (code === 'cancellation_already_pending' || code === 'subscription_ended') sayAt(<Refused error={error} />, 'bad', addressOf.membership);
        if (code === 'attempt_expired' || code === 'attempt_used') sayAt(<Refused error={error} />, 'bad', addressOf.reason(subscriptionId, hash));
      },
    },
  );
  useCancellable(subscriptionId, confirm.isPending);
  const sayAt = (words: ReactNode, kind: 'good' | 'bad', address: string) => {
    say(words, kind, address);
    go(address);
  };
  return (
    <Step
      number={6} title={t`Confirm the cancellation`} back={consent} isPending={confirm.isPending} isShown={preview !== undefined} onOnwards={() => { confirm.mutate({ attempt: attemptId, acceptedDisclosures: accepted ?? [] }); }}
      onwards={<Trans>I understand the consequences and still want to cancel</Trans>}
    >
      {confirm.isError && <Notice kind="bad"><Refused error={confirm.error} /></Notice>}
      <p>
        <Trans>Nothing has changed yet. If you go on, this happens:</Trans>
      </p>
      {preview && (
        <dl className={styles.dates}>
          {preview.consequences.map(({ kind, at, detail }) => (
            <div key={`${kind} ${at}`}>
              <dt>
                <Moment at={at} />
              </dt>
              <dd>
                {detail}
                {kind === 'period-end' && <Credits credits={preview.credits} />}
              </dd>
            </div>
          ))}
          {preview.numberFees.upcoming.length > 0 && (
            <div>
              <dt>
                <Trans>Fees still to come</Trans>
              </dt>
              <dd>
                <UpcomingFees numberFees={preview.numberFees} />
              </dd>
            </div>
          )}
        </dl>
      )}
      <p>
        <Trans>Until the plan ends you can undo it with one click.</Trans>
      </p>
    </Step>
  );
}
