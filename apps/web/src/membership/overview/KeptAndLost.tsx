// Two lists side by side, told apart by their words and signs.
import { Trans } from '@lingui/react/macro';
import type { Belonging } from '../../service/shapes.js';
import { belongings } from '../words.js';
import styles from './KeptAndLost.module.css';

interface Props {
  readonly kept: readonly Belonging[];
  readonly lost: readonly Belonging[];
}

export const KeptAndLost = ({ kept, lost }: Props) => (
  <dl className={styles.lists}>
    {kept.length > 0 && (
      <div className={styles.kept}>
        <dt>
          <Trans>You keep</Trans>
        </dt>
        {kept.map((one) => (
          <dd key={one}>{belongings[one]}</dd>
        ))}
      </div>
    )}
    {lost.length > 0 && (
      <div className={styles.lost}>
        <dt>
          <Trans>Lost</Trans>
        </dt>
        {lost.map((one) => (
          <dd key={one}>{belongings[one]}</dd>
        ))}
      </div>
    )}
  </dl>
);
