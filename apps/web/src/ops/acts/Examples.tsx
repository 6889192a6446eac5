// Ten of what an act is about, and what became of them.
import { Trans } from '@lingui/react/macro';
import { At } from '../At.js';
import type { ActResult } from './acting.js';
import styles from '../../staff/Staff.module.css';

export function Examples({ of }: { readonly of: ActResult['examples'] }) {
  const named = of.filter(({ id }) => id !== '');
  if (named.length === 0) return null;
  return (
    <table className={styles['plain']}>
      <thead>
        <tr>
          <th scope="col"><Trans>Account</Trans></th>
          <th scope="col"><Trans>Kind</Trans></th>
          <th scope="col"><Trans>Status</Trans></th>
          <th scope="col"><Trans>Due</Trans></th>
          <th scope="col"><Trans>Outcome</Trans></th>
        </tr>
      </thead>
      <tbody>
        {named.map(({ id, accountId, kind, status, at, outcome }) => (
          <tr key={id}>
            <td className={styles['code']}>{accountId ?? id}</td>
            <td>{kind ?? '—'}</td>
            <td>{status ?? '—'}</td>
            <td><At at={at} /></td>
            <td className={outcome === 'done' ? styles['good'] : outcome === null ? styles['quiet'] : styles['bad']}>{outcome ?? '—'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
