// A demo customer's page between the clock that they live on and what the service writes down.
import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useRef } from 'react';
import { Button } from '../ui/Button.js';
import { Certificate } from './Certificate.js';
import { Clock } from './Clock.js';
import { openPlans, type Demo } from './demo.js';
import { Faults } from './Faults.js';
import { MembershipFrame } from './MembershipFrame.js';
import { Milestones } from './Milestones.js';
import { milestonesOf } from './milestones.js';
import { Carrier } from './records/Carrier.js';
import { Deadlines } from './records/Deadlines.js';
import { Events } from './records/Events.js';
import { Wallet } from './records/Wallet.js';
import { useReading } from './reading.js';
import styles from './TimeMachine.module.css';

interface Props {
  readonly demo: Demo;
  readonly onLeave: () => void;
}

export const TimeMachine = ({ demo, onLeave }: Props) => {
  const { t } = useLingui();
  const { data: reading, error } = useReading(demo);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => { title.current?.focus(); }, []);
  return (
    <>
      <header className={styles['header']}>
        <h1 ref={title} tabIndex={-1}>
          Sunset <small><Trans>The first five minutes</Trans></small>
        </h1>
        <Button look="plain" onPress={onLeave}>
          <Trans>Begin again</Trans>
        </Button>
      </header>
      {error ? <p role="alert" className={styles['error']}>{error.message}</p> : null}
      {reading ? (
        <main className={styles['machine']}>
          <section className={styles['time']} aria-label={t`The customer’s clock`}>
            <Clock demo={demo} reading={reading} />
            <Milestones demo={demo} milestones={milestonesOf(reading)} open={reading.membership ? openPlans(reading.membership).length : 0} />
          </section>
          <MembershipFrame demo={demo} reading={reading} />
          <div className={styles['records']}>
            {reading.certificate ? <div className={styles['whole']}><Certificate signed={reading.certificate} /></div> : null}
            <Events events={reading.events} />
            <Deadlines deadlines={reading.deadlines} queued={reading.queued} />
            <Faults demo={demo} reading={reading} />
            <Carrier effects={reading.effects} numbers={reading.numbers} />
            <Wallet wallet={reading.wallet} ledger={reading.ledger} />
          </div>
        </main>
      ) : (
        <main className={styles['waiting']} aria-busy="true" />
      )}
    </>
  );
};
