// The log as it is written: what happened, when it counts, and when it was written down. The latest first.
import { Plural, Trans } from '@lingui/react/macro';
import { Panel } from '../Panel.js';
import type { RecordedEvent } from '../reading.js';
import { moment, written } from '../words.js';
import styles from './records.module.css';

export const Events = ({ events }: { readonly events: readonly RecordedEvent[] }) => (
  <Panel title={<Trans>Events</Trans>} aside={<Plural value={events.length} one="# written" other="# written" />} isLong>
    <table className={styles['records']}>
      <thead>
        <tr>
          <th scope="col"><Trans>Type</Trans></th>
          <th scope="col"><Trans>Counts</Trans></th>
          <th scope="col"><Trans>Written</Trans></th>
        </tr>
      </thead>
      <tbody>
        {events.toReversed().map(({ eventId, type, effectiveAt, recordedAt }) => (
          <tr key={eventId} className={styles['fresh']}>
            <td><code>{type}</code></td>
            <td><time dateTime={effectiveAt}>{moment(effectiveAt)}</time></td>
            <td><time dateTime={recordedAt}>{written(recordedAt)}</time></td>
          </tr>
        ))}
      </tbody>
    </table>
  </Panel>
);
