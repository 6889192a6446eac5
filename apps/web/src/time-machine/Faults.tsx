// What can be broken, to watch the promise hold: a number, the workers, the queue.
import { Plural, Trans } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { SwitchButton, SwitchField } from 'react-aria-components';
import type { Demo } from './demo.js';
import styles from './Faults.module.css';
import { breakNumber, breakService, mendNumber, mendService } from './faults.js';
import { Panel } from './Panel.js';
import type { FaultName, Reading } from './reading.js';

interface Props {
  readonly demo: Demo;
  readonly reading: Reading;
}

export const Faults = ({ demo, reading: { faults, numbers, brokenNumber } }: Props) => {
  const first = numbers.find(({ status }) => status === 'active' || status === 'held')?.e164;
  const number = brokenNumber ?? first;
  const toggleService = (fault: FaultName) => (on: boolean) => (on ? breakService(fault) : mendService(fault));
  return (
    <Panel title={<Trans>Break something</Trans>}>
      <Fault
        isOn={brokenNumber !== null} isDisabled={number === undefined} label={<Trans>A number cannot be released</Trans>} told={number}
        toggle={(on) => (on ? breakNumber(number ?? '') : mendNumber(demo.accountId, number ?? ''))}
      />
      <Fault
        isOn={faults['worker-stopped'].until !== null} label={<Trans>The worker is stopped</Trans>} toggle={toggleService('worker-stopped')}
        told={faults['worker-stopped'].followedSince === null ? <Trans>ten minutes at most</Trans> : <Trans>carries nothing out</Trans>}
      />
      <Fault
        isOn={faults['queue-emptied'].until !== null} label={<Trans>The queue loses everything</Trans>} toggle={toggleService('queue-emptied')}
        told={faults['queue-emptied'].followedSince === null ? <Trans>ten minutes at most</Trans> : <Plural value={faults['queue-emptied'].jobsLost} one="# alarm lost" other="# alarms lost" />}
      />
    </Panel>
  );
};

interface FaultProps {
  readonly isOn: boolean;
  readonly isDisabled?: boolean;
  readonly label: ReactNode;
  readonly told: ReactNode;
  readonly toggle: (on: boolean) => Promise<unknown>;
}

const Fault = ({ isOn, isDisabled = false, label, told, toggle }: FaultProps) => {
  const queries = useQueryClient();
  const { mutate, isPending, variables, error } = useMutation({ mutationFn: toggle, onSettled: () => queries.invalidateQueries({ queryKey: ['reading'] }), retry: false });
  return (
    <div className={styles['fault']}>
      <SwitchField isSelected={isPending ? variables : isOn} isDisabled={isDisabled} isReadOnly={isPending} onChange={(on) => { mutate(on); }}>
        <SwitchButton className={styles['switch']}>
          <span className={styles['slot']} aria-hidden="true" />
          {label}
        </SwitchButton>
      </SwitchField>
      <p className={styles['told']}>{told}</p>
      {error ? <p role="alert" className={styles['error']}>{error.message}</p> : null}
    </div>
  );
};
