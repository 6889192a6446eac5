// What the world outside was asked: the carrier for the numbers and the registration, and the mails to the customer.
import { Trans } from '@lingui/react/macro';
import { Panel } from '../Panel.js';
import type { Effect, Reading } from '../reading.js';
import { moment } from '../words.js';
import styles from './records.module.css';

interface Props {
  readonly effects: readonly Effect[];
  readonly numbers: Reading['numbers'];
}

export const Carrier = ({ effects, numbers }: Props) => {
  const asked = effects.filter(({ kind }) => kind !== 'notify');
  const mails = effects.length - asked.length;
  return (
    <Panel title={<Trans>Asked of the carrier</Trans>} aside={<Trans>and {mails} mails</Trans>} isLong={asked.length > 0}>
      {asked.length === 0 ? <p className={styles['none']}><Trans>Nothing yet: no number is touched before its day.</Trans></p> : (
        <table className={styles['records']}>
          <thead>
            <tr>
              <th scope="col"><Trans>Asked</Trans></th>
              <th scope="col"><Trans>Due</Trans></th>
              <th scope="col"><Trans>Attempts</Trans></th>
              <th scope="col"><Trans>Answer</Trans></th>
            </tr>
          </thead>
          <tbody>
            {asked.map(({ effectId, kind, subject, dueAt, attempts, status, lastOutcome, reason }) => (
              <tr key={effectId}>
                <td><code>{kind}</code> {numbers.find(({ numberId }) => numberId === subject)?.e164}</td>
                <td><time dateTime={dueAt}>{moment(dueAt)}</time></td>
                <td>{attempts}</td>
                <td className={styles['state']} data-state={status}>
                  {status === 'done' ? '✓ ' : status === 'blocked' || status === 'dead' ? '! ' : ''}{[lastOutcome ?? status, reason].filter(Boolean).join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
};
