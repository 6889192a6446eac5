// The account as it was after one event, and what that event changed; earlier and later are addresses.
import { Trans, useLingui } from '@lingui/react/macro';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { bodyOf, type Schemas } from '../../service/client.js';
import { staff } from '../../staff/session.js';
import { Notice } from '../../ui/Notice.js';
import { At } from '../At.js';
import { accountAddress, href } from '../places.js';
import { Part } from './Part.js';
import styles from '../../staff/Staff.module.css';

type Value = Schemas['StateAt']['state'][number]['value'];

interface Props {
  readonly accountId: string;
  readonly version: number;
}

export function Step({ accountId, version }: Props) {
  const { t } = useLingui();
  const { data, error } = useQuery({
    queryKey: ['ops', 'states', accountId, version],
    queryFn: () => bodyOf(staff.GET('/v1/ops/accounts/{accountId}/states/{version}', { params: { path: { accountId, version: String(version) } } })),
    placeholderData: keepPreviousData,
  });
  return (
    <Part title={<Trans>Step by step: version {version}</Trans>}>
      <Ways accountId={accountId} version={version} last={data?.last ?? null} />
      {error ? <Notice kind="bad">{error.message}</Notice> : data ? <Shown of={data} /> : <p role="status">{t`One moment…`}</p>}
    </Part>
  );
}

function Ways({ accountId, version, last }: Props & { readonly last: number | null }) {
  return (
    <p className={styles['row']}>
      {version > 1 && <a href={href(accountAddress(accountId, 1))}><Trans>First</Trans></a>}
      {version > 1 && <a href={href(accountAddress(accountId, version - 1))}><Trans>Earlier</Trans></a>}
      {last !== null && version < last && <a href={href(accountAddress(accountId, version + 1))}><Trans>Later</Trans></a>}
      {last !== null && version < last && <a href={href(accountAddress(accountId, last))}><Trans>Last ({last})</Trans></a>}
      <a href={href(accountAddress(accountId))}><Trans>Leave the steps</Trans></a>
    </p>
  );
}

function Shown({ of: { type, effectiveAt, recordedAt, actor, changed, state } }: { readonly of: Schemas['StateAt'] }) {
  const isChanged = new Set(changed.map(({ field }) => field));
  return (
    <>
      <p aria-live="polite"><strong>{type}</strong> <At at={effectiveAt} /> <span className={styles['quiet']}>{actor.role} {actor.id} · <Trans>written down</Trans> <At at={recordedAt} /></span></p>
      {changed.length === 0 ? <p><Trans>It changed nothing of the state.</Trans></p> : (
        <table className={styles['plain']}>
          <thead>
            <tr>
              <th scope="col"><Trans>Field</Trans></th>
              <th scope="col"><Trans>Before</Trans></th>
              <th scope="col"><Trans>After</Trans></th>
            </tr>
          </thead>
          <tbody>
            {changed.map(({ field, before, after }) => (
              <tr key={field}>
                <th scope="row"><code>{field}</code></th>
                <td><Told value={before} /></td>
                <td><Told value={after} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <details>
        <summary><Trans>The whole state then</Trans></summary>
        <table className={styles['plain']}>
          <tbody>
            {state.map(({ field, value }) => (
              <tr key={field}>
                <th scope="row"><code>{field}</code></th>
                <td>{isChanged.has(field) ? <strong><Told value={value} /></strong> : <Told value={value} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

const isInstant = (value: Value): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);

const Told = ({ value }: { readonly value: Value }) => (value === null ? <span className={styles['quiet']}>—</span> : isInstant(value) ? <At at={value} /> : <>{String(value)}</>);
