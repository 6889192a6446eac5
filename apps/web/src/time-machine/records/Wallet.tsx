// The customer's money: what the wallet holds, and every movement.
import { Trans } from '@lingui/react/macro';
import { Panel } from '../Panel.js';
import type { Reading } from '../reading.js';
import { moment, money } from '../words.js';
import styles from './records.module.css';

export const Wallet = ({ wallet, ledger }: Pick<Reading, 'wallet' | 'ledger'>) => (
  <Panel title={<Trans>Wallet</Trans>} aside={wallet ? <strong>{money(wallet.balance)}</strong> : undefined} isLong={wallet !== null}>
    {wallet ? (
      <table className={styles['records']}>
        <thead>
          <tr>
            <th scope="col"><Trans>Movement</Trans></th>
            <th scope="col"><Trans>Counts</Trans></th>
            <th scope="col" className={styles['amount']}><Trans>Amount</Trans></th>
          </tr>
        </thead>
        <tbody>
          {ledger.toReversed().map(({ entryId, kind, source, effectiveAt, amount, detail }) => (
            <tr key={entryId}>
              <td><code>{kind}</code> {source === 'card' ? <Trans>(card)</Trans> : detail}</td>
              <td><time dateTime={effectiveAt}>{moment(effectiveAt)}</time></td>
              <td className={styles['amount']}>{money(amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    ) : <p className={styles['none']}><Trans>Gone with the deletion.</Trans></p>}
  </Panel>
);
