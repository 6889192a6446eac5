// The money of a cancellation: what is credited at the end, and the fees that are still to come.
import { Plural, Trans } from '@lingui/react/macro';
import type { Preview } from '../../service/shapes.js';
import { Amount } from '../../ui/Amount.js';
import { Moment } from '../../ui/Moment.js';
import styles from './Consequences.module.css';

export function Credits({ credits: { total, sms, rvm } }: Pick<Preview, 'credits'>) {
  if (sms.count + rvm.count === 0) return null;
  return (
    <>
      <p>
        <Trans>
          Messages that are not sent by then are cancelled, and <Amount of={total} /> is credited to your wallet:
        </Trans>
      </p>
      <ul className={styles.items}>
        {sms.count > 0 && (
          <li>
            <Trans>
              <Plural value={sms.count} one="# SMS" other="# SMS" />: <Amount of={sms.amount} />
            </Trans>
          </li>
        )}
        {rvm.count > 0 && (
          <li>
            <Trans>
              <Plural value={rvm.count} one="# ringless voicemail" other="# ringless voicemails" />: <Amount of={rvm.amount} />
            </Trans>
          </li>
        )}
      </ul>
    </>
  );
}

export const UpcomingFees = ({ numberFees: { upcoming, shortfall } }: Pick<Preview, 'numberFees'>) => (
  <>
    <ul className={styles.items}>
      {upcoming.map(({ at, count, amount }) => (
        <li key={at}>
          <Moment at={at} />:{' '}
          <Trans>
            <Amount of={amount} /> for <Plural value={count} one="# number" other="# numbers" />, from your wallet
          </Trans>
        </li>
      ))}
    </ul>
    {shortfall && (
      <p>
        <Trans>
          Your wallet cannot pay <Amount of={shortfall.amount} /> of them. Your card is not charged for it.
        </Trans>
      </p>
    )}
  </>
);
