// The first thing to be seen: what will happen, and one button.
import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../ui/Button.js';
import { makeDemo, parts, type Demo } from './demo.js';
import styles from './Welcome.module.css';

interface Props {
  readonly onMade: (demo: Demo) => void;
}

export const Welcome = ({ onMade }: Props) => {
  const { t } = useLingui();
  const [made, setMade] = useState(0);
  const { mutate, isPending, error } = useMutation({ mutationFn: () => makeDemo(setMade), onSuccess: onMade, retry: false });
  const year: readonly (readonly [when: string, what: string])[] = [
    [t`Today`, t`A customer cancels`],
    [t`Period ends`, t`Features stop, money comes back`],
    [t`+ 14 days`, t`Phone numbers are released`],
    [t`+ 30 days`, t`The 10DLC registration expires`],
    [t`+ 1 year`, t`Everything is deleted, with a certificate`],
  ];
  return (
    <main className={styles['welcome']}>
      <p className={styles['brand']}>Sunset</p>
      <h1 className={styles['title']}>
        <Trans>What happens after a customer clicks Unsubscribe</Trans>
      </h1>
      <ol className={styles['year']}>
        {year.map(([when, what]) => (
          <li key={when}>
            <strong>{when}</strong>
            <span>{what}</span>
          </li>
        ))}
      </ol>
      <div className={styles['begin']}>
        <Button onPress={() => { mutate(); }} isPending={isPending}>
          {isPending ? <Trans>Making a customer…</Trans> : <Trans>Make a demo customer</Trans>}
        </Button>
        {isPending ? <progress className={styles['progress']} max={parts} value={made} aria-label={t`Making a customer`} /> : null}
        <p className={styles['hint']}>
          <Trans>A year passes in seconds. Nothing is real but the service.</Trans>
        </p>
        {error ? <p role="alert" className={styles['error']}>{error.message}</p> : null}
      </div>
    </main>
  );
};
