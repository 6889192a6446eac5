// How far the tables of operators and analysts are.
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { bodyOf } from '../../service/client.js';
import { Heading } from '../../ui/Heading.js';
import { Notice } from '../../ui/Notice.js';
import { staff } from '../../staff/session.js';
import styles from '../../staff/Staff.module.css';

export function Projections() {
  const { t } = useLingui();
  const { data, error } = useQuery({ queryKey: ['ops', 'projections'], queryFn: () => bodyOf(staff.GET('/v1/ops/projections')), refetchInterval: 5_000 });
  return (
    <>
      <Heading title={t`Projections`}><Trans>Projections</Trans></Heading>
      {error && <Notice kind="bad">{error.message}</Notice>}
      <table className={styles['plain']}>
        <thead>
          <tr>
            <th scope="col"><Trans>Name</Trans></th>
            <th scope="col"><Trans>Status</Trans></th>
            <th scope="col" className={styles['number']}><Trans>Lag in events</Trans></th>
            <th scope="col"><Trans>Last error</Trans></th>
          </tr>
        </thead>
        <tbody>
          {data?.data.map(({ name, status, lag, lastError }) => (
            <tr key={name}>
              <th scope="row"><code>{name}</code></th>
              <td className={status === 'live' ? styles['good'] : styles['bad']}>{status}</td>
              <td className={styles['number']}>{lag}</td>
              <td>{lastError ?? '—'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
