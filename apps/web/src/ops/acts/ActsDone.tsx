// What was done to many at once, by whom and why; what can be taken back is, from here.
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { bodyOf, type Schemas } from '../../service/client.js';
import { Button } from '../../ui/Button.js';
import { Heading } from '../../ui/Heading.js';
import { Notice } from '../../ui/Notice.js';
import { At } from '../At.js';
import { useListWords } from '../lists/words.js';
import { staff } from '../../staff/session.js';
import { ActDialog } from './ActDialog.js';
import styles from '../../staff/Staff.module.css';

type Act = Schemas['Act'];

export function ActsDone({ acts }: { readonly acts: boolean }) {
  const { t } = useLingui();
  const words = useListWords();
  const [undoing, setUndoing] = useState<NonNullable<Act['undo']> | null>(null);
  const { data, error, refetch } = useQuery({ queryKey: ['ops', 'acts'], queryFn: () => bodyOf(staff.GET('/v1/ops/acts', { params: { query: { limit: 200 } } })) });
  return (
    <>
      <Heading title={t`Acts`}><Trans>What was done to many at once</Trans></Heading>
      {error && <Notice kind="bad">{error.message}</Notice>}
      {data?.data.length === 0 && <p className={styles['quiet']}><Trans>Nothing here.</Trans></p>}
      {data !== undefined && data.data.length > 0 && (
        <table className={styles['plain']}>
          <thead>
            <tr>
              <th scope="col"><Trans>Since</Trans></th>
              <th scope="col"><Trans>By</Trans></th>
              <th scope="col"><Trans>Act</Trans></th>
              <th scope="col"><Trans>Filter</Trans></th>
              <th scope="col"><Trans>Reason</Trans></th>
              <th scope="col" className={styles['number']}><Trans>Changed</Trans></th>
              <th scope="col" className={styles['number']}><Trans>Refused</Trans></th>
              <th scope="col"><Trans>Take it back</Trans></th>
            </tr>
          </thead>
          <tbody>
            {data.data.map((one) => (
              <tr key={one.actId}>
                <td><At at={one.begunAt} /></td>
                <td>{one.actorId}</td>
                <td>{words.acts[one.act]}: {words.lists[one.filter.list]}</td>
                <td className={styles['code']}>{filterText(one.filter)}</td>
                <td>{one.reason}</td>
                <td className={styles['number']}>{one.changed}</td>
                <td className={styles['number']}>{one.refused}</td>
                <td>{acts && one.undo ? <Button look="plain" onPress={() => { setUndoing(one.undo); }}>{words.acts[one.undo.act]}…</Button> : '—'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {undoing && <Undo undo={undoing} onClose={() => { setUndoing(null); void refetch(); }} />}
    </>
  );
}

const filterText = ({ list: _list, ...asked }: Act['filter']): string => Object.entries(asked).map(([name, value]) => `${name}=${value}`).join(' ') || '—';

function Undo({ undo: { act, filter: { list, ...asked } }, onClose }: { readonly undo: NonNullable<Act['undo']>; readonly onClose: () => void }) {
  return <ActDialog act={act} list={list} asked={asked} onClose={onClose} />;
}
