// What is due within 24 hours and seven days, by kind and by hour, so that a storm is seen before it comes.
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { addressOf, href } from '../places.js';
import { heatOf, totalsOf, type Upcoming } from './heat.js';
import styles from '../../staff/Staff.module.css';

export function Coming({ upcoming, now }: { readonly upcoming: readonly Upcoming[]; readonly now: string }) {
  const { t } = useLingui();
  const [kind, setKind] = useState('');
  const totals = totalsOf(upcoming, now);
  const week = new Date(Date.parse(now) + 7 * 86_400_000).toISOString();
  return (
    <div className={styles['two']}>
      <section aria-labelledby="coming">
        <h2 id="coming"><Trans>What comes</Trans></h2>
        <table className={styles['plain']}>
          <thead>
            <tr>
              <th scope="col"><Trans>Kind</Trans></th>
              <th scope="col" className={styles['number']}><Trans>24 hours</Trans></th>
              <th scope="col" className={styles['number']}><Trans>7 days</Trans></th>
            </tr>
          </thead>
          <tbody>
            {totals.map((one) => (
              <tr key={one.kind}>
                <th scope="row"><a href={href(addressOf('deadlines', { kind: one.kind, status: 'pending', dueBefore: week }))}><code>{one.kind}</code></a></th>
                <td className={styles['number']}>{one.day}</td>
                <td className={styles['number']}>{one.week}</td>
              </tr>
            ))}
            {totals.length === 0 && <tr><td colSpan={3} className={styles['quiet']}><Trans>Nothing within seven days.</Trans></td></tr>}
          </tbody>
        </table>
      </section>
      <section aria-labelledby="hours">
        <h2 id="hours"><Trans>By hour, in UTC</Trans></h2>
        <p className={styles['filters']}>
          <label>
            <Trans>Kind</Trans>
            <select value={kind} onChange={(event) => { setKind(event.target.value); }}>
              <option value="">{t`all`}</option>
              {totals.map((one) => <option key={one.kind} value={one.kind}>{one.kind}</option>)}
            </select>
          </label>
        </p>
        {/* What scrolls has to be reachable by keyboard. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <div className={styles['scrolls']} role="group" aria-labelledby="hours" tabIndex={0}>
          <table className={styles['heat']}>
            <thead>
              <tr>
                <th scope="col"><Trans>Day</Trans></th>
                {Array.from({ length: 24 }, (_, hour) => <th key={hour} scope="col">{hour}</th>)}
              </tr>
            </thead>
            <tbody>
              {heatOf(kind === '' ? upcoming : upcoming.filter((one) => one.kind === kind), now).map(({ day, cells }) => (
                <tr key={day}>
                  <th scope="row">{day}</th>
                  {cells.map((cell, hour) => <td key={hour} data-heat={cell?.heat}>{cell === null ? '' : cell.count || '·'}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </div>
  );
}
