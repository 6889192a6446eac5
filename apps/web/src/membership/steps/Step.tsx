// One of the six steps: where one is, how to go back, and two ways on that weigh the same.
import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Actions } from '../../ui/Actions.js';
import { go } from '../../ui/address.js';
import { BackLink } from '../../ui/BackLink.js';
import { Button } from '../../ui/Button.js';
import { Heading } from '../../ui/Heading.js';
import { useAccount } from '../account.js';
import { addressOf } from '../addresses.js';
import styles from './Step.module.css';

const steps = 6;

interface Props {
  /** From 1, which is the membership itself. */
  readonly number: number;
  readonly title: string;
  /** The address of the step before. */
  readonly back: string;
  readonly children: ReactNode;
  /** The words of the way on. */
  readonly onwards: ReactNode;
  readonly isPending?: boolean;
  /** Whether all is there that has to be seen before one goes on. */
  readonly isShown?: boolean;
  readonly onOnwards: () => void;
}

export function Step({ number, title, back, children, onwards, isPending = false, isShown = true, onOnwards }: Props) {
  const { t } = useLingui();
  const { say } = useAccount();
  const onKeep = () => {
    if (isPending) say(<Trans>You keep your plan, unless what you had sent arrived before you said so. Below you see it, and you can undo a cancellation.</Trans>, 'bad', addressOf.membership);
    else say(<Trans>You keep your plan. Nothing has changed.</Trans>, 'good', addressOf.membership);
    go(addressOf.membership);
  };
  return (
    <>
      <div className={styles.head}>
        <BackLink to={back} className={styles.back} />
        <p className={styles.where}>
          <Trans>
            Step {number} of {steps}
          </Trans>
        </p>
      </div>
      <Heading title={t`Step ${number} of ${steps}: ${title}`}>{title}</Heading>
      {isShown ? children : <p role="status">{t`One moment…`}</p>}
      <Actions>
        <Button onPress={onKeep}>
          <Trans>Keep my plan</Trans>
        </Button>
        <Button isPending={isPending} onPress={() => { if (isShown) onOnwards(); }}>
          {onwards}
        </Button>
      </Actions>
    </>
  );
}
