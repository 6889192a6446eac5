// What would follow for this account, day by day, with what it costs, what it saves and what is lost.
import { Trans } from '@lingui/react/macro';
import { useNumbers } from '../../service/account.js';
import type { Preview } from '../../service/shapes.js';
import { phoneText } from '../../ui/format.js';
import { Moment } from '../../ui/Moment.js';
import { Section } from '../../ui/Section.js';
import { useAccount } from '../account.js';
import { KeptAndLost } from '../overview/KeptAndLost.js';
import { Removing } from '../overview/Removing.js';
import styles from './Consequences.module.css';
import { Credits, UpcomingFees } from './Money.js';

export function Consequences({ preview }: { readonly preview: Preview }) {
  const { accountId } = useAccount();
  const { data: numbers = [] } = useNumbers(accountId);
  const { consequences, credits, numberFees, ifYouReturn } = preview;
  const own = numbers.filter(({ status }) => status === 'active' || status === 'held');
  return (
    <>
      <Section title={<Trans>What follows for your account</Trans>}>
        <ol className={styles.days}>
          <li>
            <p className={styles.when}>
              <Trans>When you confirm</Trans>
            </p>
            <p>
              <Trans>Nothing renews, and no card is charged again for this plan. Everything works on as before.</Trans>
            </p>
          </li>
          {consequences.map(({ kind, at, detail }) => (
            <li key={`${kind} ${at}`}>
              <p className={styles.when}>
                <Moment at={at} />
              </p>
              <p>
                {detail}
              </p>
              {kind === 'period-end' && <Credits credits={credits} />}
              {kind === 'release-numbers' && <Released numbers={own} />}
            </li>
          ))}
        </ol>
      </Section>
      <Fees numberFees={numberFees} numbers={own} />
      <Section title={<Trans>Not refunded</Trans>}>
        <p>
          <Trans>
            What is paid for the period until <Moment at={preview.effectiveAt} isBare /> is not paid back, neither whole nor in part. You can use the plan until then.
          </Trans>
        </p>
      </Section>
      <Section title={<Trans>If you come back</Trans>}>
        <ol className={styles.days}>
          {ifYouReturn.map(({ until, kept, lost }) => (
            <li key={until}>
              <p className={styles.when}>
                {until === null ? <Trans>At any time after that</Trans> : <Trans>Before <Moment at={until} /></Trans>}
              </p>
              <KeptAndLost kept={kept} lost={lost} />
            </li>
          ))}
        </ol>
      </Section>
    </>
  );
}

type Numbers = readonly { readonly numberId: string; readonly e164: string | null; readonly origin: 'purchased' | 'ported' | 'verified' }[];

const Released = ({ numbers }: { readonly numbers: Numbers }) => (
  <ul className={styles.items}>
    {numbers.map(({ numberId, e164, origin }) => (
      <li key={numberId}>
        {phoneText(e164 ?? '')}: {origin === 'purchased' ? <Trans>released for good</Trans> : <Trans>your own, brought along; it stays yours</Trans>}
      </li>
    ))}
  </ul>
);

function Fees({ numberFees, numbers }: Pick<Preview, 'numberFees'> & { readonly numbers: Numbers }) {
  const { upcoming, avoidableUntil } = numberFees;
  if (upcoming.length === 0) return null;
  return (
    <Section title={<Trans>Fees still to come</Trans>}>
      <UpcomingFees numberFees={numberFees} />
      {avoidableUntil !== null && (
        <>
          <p>
            <Trans>
              Numbers that you remove before <Moment at={avoidableUntil} /> are not billed:
            </Trans>
          </p>
          <ul className={styles.numbers}>
            {numbers.map(({ numberId, e164, origin }) => e164 !== null && (
              <li key={numberId}>
                <span>{phoneText(e164)}</span>
                <Removing e164={e164} isPurchased={origin === 'purchased'} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}
