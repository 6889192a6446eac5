// Everything is gone: since when, the proof of it, and a new beginning.
import { Trans, useLingui } from '@lingui/react/macro';
import { useCertificate } from '../../service/account.js';
import type { ReactNode } from 'react';
import type { Certificate } from '../../service/shapes.js';
import { ComeBackEmpty } from '../after/ComeBackEmpty.js';
import { Facts } from '../../ui/Facts.js';
import { Heading } from '../../ui/Heading.js';
import { Moment } from '../../ui/Moment.js';
import { SaveText } from '../../ui/SaveText.js';
import { Section } from '../../ui/Section.js';
import styles from './Purged.module.css';

interface Props {
  readonly accountId: string;
  readonly purgedAt: string | null;
}

export function Purged({ accountId, purgedAt }: Props) {
  const { t } = useLingui();
  const { data: proof } = useCertificate(accountId);
  const at = proof?.certificate.purgedAt ?? purgedAt;
  return (
    <>
      <Heading title={t`Your data is deleted`}>
        <Trans>Your data is deleted</Trans>
      </Heading>
      {at !== null && (
        <p className={styles.lead}>
          <Trans>
            All campaigns, messages, contacts and reports, and every personal trace, were permanently deleted on <Moment at={at} isBare />.
          </Trans>
        </p>
      )}
      {proof && (
        <Section title={<Trans>The certificate</Trans>}>
          <Facts of={factsOf(proof.certificate)} />
          <p>
            <Trans>It is signed. Whoever has the public key can check it without us.</Trans>
          </p>
          <SaveText name={`certificate-${proof.certificate.purgeId}.json`} text={JSON.stringify(proof)}>
            <Trans>Save the signed certificate</Trans>
          </SaveText>
        </Section>
      )}
      <ComeBackEmpty accountId={accountId} />
    </>
  );
}

const factsOf = ({ purgeId, counts, verification: { tables, jobs, findings }, exceptions }: Certificate['certificate']): readonly (readonly [ReactNode, ReactNode])[] => [
  [<Trans key="number">Number</Trans>, <span key="id" className={styles.code}>{purgeId}</span>],
  [<Trans key="deleted">Deleted</Trans>, <Counts key="counts" counts={counts} />],
  [<Trans key="searched">Searched afterwards</Trans>, <Trans key="found">{tables} tables and {jobs} jobs, with {findings} findings</Trans>],
  ...(exceptions.length === 0 ? [] : [[<Trans key="kept">Kept for a time, without personal data</Trans>, <Counts key="kept" counts={Object.fromEntries(exceptions.map(({ kind, records }) => [kind, records]))} />] as const]),
];

const Counts = ({ counts }: { readonly counts: Readonly<Record<string, number>> }) => (
  <ul>
    {Object.entries(counts).toSorted(([a], [b]) => a.localeCompare(b)).map(([category, count]) => (
      <li key={category}>
        <Category name={category} />: {count}
      </li>
    ))}
  </ul>
);

function Category({ name }: { readonly name: string }) {
  switch (name) {
    case 'campaigns':
      return <Trans>Campaigns</Trans>;
    case 'contacts':
      return <Trans>Contacts</Trans>;
    case 'messages':
      return <Trans>Messages</Trans>;
    case 'reports':
      return <Trans>Reports</Trans>;
    case 'scheduledMessages':
      return <Trans>Scheduled messages</Trans>;
    case 'searchKeys':
      return <Trans>Addresses by which the account was found</Trans>;
    case 'consents':
      return <Trans>Consents</Trans>;
    case 'ledger':
      return <Trans>Movements of money</Trans>;
    case 'dataAccesses':
      return <Trans>Notes of who has read data</Trans>;
    case 'holders':
      return <Trans>Entries of which number is whose</Trans>;
    case 'externalIds':
      return <Trans>Names by which another system knew the account</Trans>;
    case 'keptAnswers':
      return <Trans>Copies of answers</Trans>;
    case 'webhookDeliveries':
      return <Trans>Notes of what the platform was told</Trans>;
    case 'opt-outs':
    case 'platform-opt-outs':
      return <Trans>Addresses that want no more messages and calls, unreadable</Trans>;
    case 'unsettled-releases':
      return <Trans>Numbers whose release no carrier has confirmed</Trans>;
    case 'external-ids':
      return <Trans>Names by which another system knew the account, unreadable</Trans>;
    // A table of the platform's own.
    default:
      return name;
  }
}
