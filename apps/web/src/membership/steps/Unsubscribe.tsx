// Step 2: whether to go on at all.
import { Trans, useLingui } from '@lingui/react/macro';
import { go } from '../../ui/address.js';
import { addressOf } from '../addresses.js';
import { Step } from './Step.js';

export function Unsubscribe() {
  const { t } = useLingui();
  return (
    <Step number={2} title={t`Unsubscribe`} back={addressOf.membership} onwards={<Trans>Go on to cancel</Trans>} onOnwards={() => { go(addressOf.plan()); }}>
      <p>
        <Trans>Four more steps: you choose the plan and see what follows for your account, give a reason, consent to what is disclosed, and confirm.</Trans>
      </p>
      <p>
        <Trans>Nothing changes before the last one. Afterwards the plan runs on until the end of what is paid, and until then you can undo it with one click.</Trans>
      </p>
    </Step>
  );
}
