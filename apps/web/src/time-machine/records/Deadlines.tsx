// What is due and when: the table is the truth, a job in the queue is an alarm clock that may be lost.
import { Trans } from '@lingui/react/macro';
import { Panel } from '../Panel.js';
import type { Deadline } from '../reading.js';
import { moment } from '../words.js';
import styles from './records.module.css';

interface Props {
  readonly deadlines: readonly Deadline[];
  readonly queued: ReadonlySet<string>;
}

export const Deadlines = ({ deadlines, queued }: Props) => (
  <Panel title={<Trans>Deadlines</Trans>} aside={<Trans>table and queue</Trans>} isLong>
    <table className={styles['records']}>
      <thead>
        <tr>
          <th scope="col"><Trans>Kind</Trans></th>
          <th scope="col"><Trans>Due</Trans></th>
          <th scope="col"><Trans>Table</Trans></th>
          <th scope="col"><Trans>Queue</Trans></th>
        </tr>
      </thead>
      <tbody>
        {deadlines.map(({ deadlineId, kind, dueAt, status }) => (
          <tr key={deadlineId}>
            <td><code>{kind}</code></td>
            <td><time dateTime={dueAt}>{moment(dueAt)}</time></td>
            <td className={styles['state']} data-state={status}><Status status={status} /></td>
            <td className={styles['state']} data-state={queued.has(deadlineId) ? 'queued' : undefined}>
              <Alarm isSet={queued.has(deadlineId)} status={status} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </Panel>
);

const Status = ({ status }: Pick<Deadline, 'status'>) => {
  switch (status) {
    case 'pending': return <Trans>waits</Trans>;
    case 'fired': return <Trans>✓ done</Trans>;
    case 'void': return <Trans>void</Trans>;
    case 'blocked': return <Trans>! blocked</Trans>;
    case 'dead': return <Trans>! dead</Trans>;
  }
};

const Alarm = ({ isSet, status }: Pick<Deadline, 'status'> & { readonly isSet: boolean }) => {
  if (isSet) return <Trans>rings</Trans>;
  return status === 'pending' ? <Trans>when due</Trans> : <>—</>;
};
