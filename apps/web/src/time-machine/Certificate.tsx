// What proves the deletion, and a copy of it to keep: it can be checked without this service.
import { Plural, Trans } from '@lingui/react/macro';
import type { Schemas } from '../service/client.js';
import { Button } from '../ui/Button.js';
import styles from './Certificate.module.css';
import { Panel } from './Panel.js';
import { moment } from './words.js';

interface Props {
  readonly signed: Schemas['PurgeCertificate'];
}

export const Certificate = ({ signed }: Props) => {
  const { certificate: { purgedAt, counts, verification, exceptions } } = signed;
  const deleted = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const kept = exceptions.reduce((sum, { records }) => sum + records, 0);
  return (
    <Panel title={<Trans>Certificate of deletion</Trans>} aside={<span className={styles['signed']}><Trans>signed, Ed25519</Trans></span>}>
      <dl className={styles['facts']}>
        <dt><Trans>Deleted</Trans></dt>
        <dd><Plural value={deleted} one="# record" other="# records" />, <time dateTime={purgedAt}>{moment(purgedAt)}</time></dd>
        <dt><Trans>Searched afterwards</Trans></dt>
        <dd>
          <Plural value={verification.tables} one="# table" other="# tables" />: <strong><Plural value={verification.findings} one="# trace" other="# traces" /></strong>
        </dd>
        <dt><Trans>Kept, without a name</Trans></dt>
        <dd><Plural value={kept} one="# record" other="# records" /></dd>
      </dl>
      <div className={styles['copy']}>
        <Button look="plain" onPress={() => { download(signed, 'purge-certificate.json'); }}>
          <Trans>Download the certificate</Trans>
        </Button>
        <code>npm run verify-certificate -- purge-certificate.json</code>
      </div>
    </Panel>
  );
};

function download(content: object, name: string): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
