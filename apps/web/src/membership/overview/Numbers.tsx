// Each number: what becomes of it, and how to be rid of it and of its fees.
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { useNumbers } from '../../service/account.js';
import type { PhoneNumber } from '../../service/shapes.js';
import { Amount } from '../../ui/Amount.js';
import { Button } from '../../ui/Button.js';
import { phoneText } from '../../ui/format.js';
import { Moment } from '../../ui/Moment.js';
import { useAccount } from '../account.js';
import { Removing } from './Removing.js';
import styles from './Numbers.module.css';

/** So many are shown at first. */
const few = 8;

export function Numbers() {
  const { t } = useLingui();
  const { accountId, membership } = useAccount();
  const { data: numbers } = useNumbers(accountId);
  const [isWhole, setWhole] = useState(false);
  if (!numbers) return <p>{t`One moment…`}</p>;
  if (numbers.length === 0) return <p>{t`You have no phone numbers.`}</p>;
  const releaseAt = membership.deadlines.find(({ kind, status }) => kind === 'release-numbers' && status !== 'void' && status !== 'fired')?.dueAt ?? null;
  const shown = isWhole ? numbers : numbers.slice(0, few);
  return (
    <>
      <ul className={styles.numbers}>
        {shown.map((number) => (
          <NumberRow key={number.numberId} number={number} releaseAt={releaseAt} />
        ))}
      </ul>
      {numbers.length > shown.length && (
        <div>
          <Button look="plain" onPress={() => { setWhole(true); }}>
            <Plural value={numbers.length} one="Show # number" other="Show all # numbers" />
          </Button>
        </div>
      )}
    </>
  );
}

interface RowProps {
  readonly number: PhoneNumber;
  /** When purchased numbers go; `null`: no date stands. */
  readonly releaseAt: string | null;
}

function NumberRow({ number, releaseAt }: RowProps) {
  const { t } = useLingui();
  const name = number.e164 === null ? t`a number` : phoneText(number.e164);
  const canRemove = number.status === 'active' || number.status === 'held';
  return (
    <li className={styles.number}>
      <span className={styles.name}>{name}</span>
      <span className={styles.state}>
        <State number={number} releaseAt={releaseAt} />
        {number.nextFee && (
          <>
            {' '}
            <Trans>
              Next fee: <Amount of={number.nextFee.amount} /> on <Moment at={number.nextFee.at} />.
            </Trans>
          </>
        )}
      </span>
      {canRemove && number.e164 !== null && <Removing e164={number.e164} isPurchased={number.origin === 'purchased'} />}
    </li>
  );
}

function State({ number: { status, origin, releasedAt, giveBack }, releaseAt }: RowProps) {
  switch (status) {
    case 'active':
    case 'held':
      if (origin !== 'purchased') return status === 'active' ? <Trans>In use; your own, brought along.</Trans> : <Trans>Your own, brought along: it is not released.</Trans>;
      if (releaseAt !== null) {
        return (
          <Trans>
            Yours until <Moment at={releaseAt} />; then released.
          </Trans>
        );
      }
      return <Trans>In use.</Trans>;
    case 'releasing':
      return <Trans>Being released.</Trans>;
    case 'released':
      return releasedAt === null ? <Trans>Released.</Trans> : <Trans>Released on <Moment at={releasedAt} />.</Trans>;
    case 'blocked':
      return <Trans>To be released; this takes longer than planned.</Trans>;
    case 'removed':
      return giveBack === null || giveBack === 'done' ? <Trans>Removed by you.</Trans> : <Trans>Removed by you; being given back.</Trans>;
    case 'left':
      return <Trans>Your own: it was not released.</Trans>;
    case 'ported-out':
      return <Trans>Moved to another provider.</Trans>;
  }
}
