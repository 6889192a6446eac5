// The account's events, one after the other: who brought each about, and what it says.
import { Trans } from '@lingui/react/macro';
import type { Schemas } from '../../service/client.js';
import { At } from '../At.js';
import { accountAddress, href } from '../places.js';
import { Part } from './Part.js';
import styles from '../../staff/Staff.module.css';

export const Stream = ({ accountId, events }: { readonly accountId: string; readonly events: readonly Schemas['Event'][] }) => (
  <Part title={<Trans>Stream</Trans>} isLong>
    <ol className={styles['stream']}>
      {events.map(({ version, type, effectiveAt, recordedAt, actor, causation, data }) => (
        <li key={version}>
          <details>
            <summary>{version}. <At at={effectiveAt} /> <strong>{type}</strong> <span className={styles['quiet']}>{actor.role} {actor.id}</span></summary>
            <p><a href={href(accountAddress(accountId, version))}><Trans>What it changed</Trans></a></p>
            <pre>{JSON.stringify({ recordedAt, causation, data }, null, 2)}</pre>
          </details>
        </li>
      ))}
    </ol>
  </Part>
);
