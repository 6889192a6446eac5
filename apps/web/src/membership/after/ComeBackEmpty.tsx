// After the deletion nothing is left to come back to; one can begin anew.
import { Trans } from '@lingui/react/macro';
import { Section } from '../../ui/Section.js';
import { KeptAndLost } from '../overview/KeptAndLost.js';
import { Subscribing } from './Subscribing.js';

export const ComeBackEmpty = ({ accountId }: { readonly accountId: string }) => (
  <Section title={<Trans>Begin anew</Trans>}>
    <p>
      <Trans>You can subscribe again at any time. The account is empty then:</Trans>
    </p>
    <KeptAndLost kept={[]} lost={['numbers', 'ten-dlc', 'data', 'wallet']} />
    <Subscribing accountId={accountId} kinds={['messaging', 'calling']} />
  </Section>
);
