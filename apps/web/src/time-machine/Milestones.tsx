// The five things to be seen, each with its date and how far it is; and where nothing has begun, a way to begin.
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { Button } from '../ui/Button.js';
import { cancelEverything, type Demo } from './demo.js';
import type { Milestone, MilestoneState } from './milestones.js';
import styles from './Milestones.module.css';
import { day, milestoneNames } from './words.js';

const signs: Readonly<Record<MilestoneState, string>> = { open: '', planned: '', due: '…', blocked: '!', done: '✓' };

interface Props {
  readonly demo: Demo;
  readonly milestones: readonly Milestone[];
  /** How many plans are left to cancel. */
  readonly open: number;
}

export const Milestones = ({ demo, milestones, open }: Props) => {
  const { t, i18n } = useLingui();
  const queries = useQueryClient();
  const list = useRef<HTMLOListElement>(null);
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => cancelEverything(demo.accountId),
    // One after the other.
    scope: { id: 'cancel everything' },
    onSettled: () => queries.invalidateQueries({ queryKey: ['reading'] }),
    // What was pressed is gone then.
    onSuccess: () => list.current?.focus(),
    retry: false,
  });
  return (
    <>
      <ol ref={list} tabIndex={-1} className={styles['milestones']} aria-label={t`The promise`}>
        {milestones.map((milestone) => (
          <li key={milestone.kind} data-state={milestone.state}>
            <span className={styles['sign']} aria-hidden="true">{signs[milestone.state]}</span>
            <span className={styles['name']}>{i18n._(milestoneNames[milestone.kind])}</span>
            <span className={styles['when']}>
              <State milestone={milestone} />
              {milestone.at === null ? null : <> <time dateTime={milestone.at}>{day(milestone.at)}</time></>}
            </span>
          </li>
        ))}
      </ol>
      {open > 0 ? (
        <div className={styles['begin']}>
          <p><Plural value={open} one="Cancel the plan on the customer’s page below, step by step, or at once:" other="Cancel # plans on the customer’s page below, step by step, or all at once:" /></p>
          <Button look="plain" isPending={isPending} onPress={() => { mutate(); }}>
            <Trans>Cancel for the customer</Trans>
          </Button>
        </div>
      ) : null}
      {error ? <p role="alert" className={styles['error']}>{error.message}</p> : null}
    </>
  );
};

const State = ({ milestone: { kind, state, released, blocked } }: { readonly milestone: Milestone }) => {
  switch (state) {
    case 'open': return kind === 'cancelled' ? <Trans>not yet</Trans> : <Trans>once it is cancelled</Trans>;
    case 'planned': return <Trans>promised for</Trans>;
    case 'due': return <Trans>counts already, being carried out since</Trans>;
    case 'blocked': return <Trans><Plural value={blocked} one="# held back" other="# held back" />, <Plural value={released} one="# released" other="# released" />,</Trans>;
    case 'done': return kind === 'release-numbers' && released > 0 ? <Trans><Plural value={released} one="# number" other="# numbers" />,</Trans> : <Trans>done,</Trans>;
  }
};
