// The receipt of a cancellation: what was promised, to print, for the calendar, and signed.
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useLanguage } from '../../i18n/language.js';
import { useReceipt } from '../../service/account.js';
import type { Receipt as Promised } from '../../service/shapes.js';
import { Actions } from '../../ui/Actions.js';
import { Amount } from '../../ui/Amount.js';
import { BackLink } from '../../ui/BackLink.js';
import { Button } from '../../ui/Button.js';
import { Facts } from '../../ui/Facts.js';
import { Heading } from '../../ui/Heading.js';
import { Moment } from '../../ui/Moment.js';
import { Notice } from '../../ui/Notice.js';
import { SaveText } from '../../ui/SaveText.js';
import { Section } from '../../ui/Section.js';
import { useAccount, usePlanNames } from '../account.js';
import { addressOf } from '../addresses.js';
import { consequences, Refused } from '../words.js';
import styles from './Receipt.module.css';

export function Receipt({ subscriptionId }: { readonly subscriptionId: string }) {
  const { t } = useLingui();
  const { accountId } = useAccount();
  const { data, error } = useReceipt(accountId, subscriptionId);
  return (
    <>
      <p className={styles.back}>
        <BackLink to={addressOf.membership} />
      </p>
      <Heading title={t`Receipt of the cancellation`}>
        <Trans>Receipt of the cancellation</Trans>
      </Heading>
      {error && <Notice kind="bad"><Refused error={error} /></Notice>}
      {!data && !error && <p>{t`One moment…`}</p>}
      {data && (
        <>
          <WhatWasPromised receipt={data.receipt} />
          <Taking subscriptionId={subscriptionId} text={JSON.stringify(data)} />
        </>
      )}
    </>
  );
}

function WhatWasPromised({ receipt }: { readonly receipt: Promised['receipt'] }) {
  const { nameOf } = usePlanNames();
  const { credits, numberFees, disclosures } = receipt;
  return (
    <>
      {receipt.resumedAt !== null && (
        <Notice>
          <Trans>
            This cancellation was undone on <Moment at={receipt.resumedAt} isBare />: nothing of it follows.
          </Trans>
        </Notice>
      )}
      <Facts
        of={[
          [<Trans key="plan">Plan</Trans>, nameOf(receipt)],
          [<Trans key="requested">Cancelled on</Trans>, <Moment key="at" at={receipt.requestedAt} isBare />],
          [<Trans key="ends">Ends on</Trans>, <Moment key="at" at={receipt.effectiveAt} isBare />],
        ]}
      />
      <Section title={<Trans>What was promised</Trans>}>
        <Facts of={receipt.consequences.map(({ kind, at }) => [<Moment key={kind} at={at} isBare />, consequences[kind]])} />
      </Section>
      <Section title={<Trans>Money</Trans>}>
        <ul className={styles.items}>
          {numberFees.map(({ at, count, amount }) => (
            <li key={at}>
              <Moment at={at} isBare />:{' '}
              <Trans>
                <Amount of={amount} /> for <Plural value={count} one="# number" other="# numbers" />, from your wallet
              </Trans>
            </li>
          ))}
          <li>
            <Trans>
              Credited to your wallet for messages that are not sent: <Amount of={credits.total} />
            </Trans>
          </li>
        </ul>
      </Section>
      <Section title={<Trans>What you consented to</Trans>}>
        <p>
          <Plural value={disclosures.accepted.length} one="# disclosure" other="# disclosures" />. <Trans>The hash of their words:</Trans>
        </p>
        <p className={styles.code}>{disclosures.textHash}</p>
      </Section>
    </>
  );
}

function Taking({ subscriptionId, text }: { readonly subscriptionId: string; readonly text: string }) {
  const { accountId } = useAccount();
  const calendar = `/v1/accounts/${encodeURIComponent(accountId)}/subscriptions/${encodeURIComponent(subscriptionId)}/cancellation/receipt.ics?locale=${useLanguage()}`;
  return (
    <>
      <Actions>
        <Button onPress={() => { window.print(); }}>
          <Trans>Print</Trans>
        </Button>
        <SaveText name={`receipt-${subscriptionId}.json`} text={text} look="decision">
          <Trans>Save the signed receipt</Trans>
        </SaveText>
      </Actions>
      <p className={styles.back}>
        <a href={calendar} download={`cancellation-${subscriptionId}.ics`}>
          <Trans>Put the dates into my calendar (.ics)</Trans>
        </a>
      </p>
    </>
  );
}
