// Membership: what one has, what is pending and until when, and everything that one can do.
import { Trans, useLingui } from '@lingui/react/macro';
import { Heading } from '../../ui/Heading.js';
import { Section } from '../../ui/Section.js';
import { useAccount } from '../account.js';
import { DataExport } from './DataExport.js';
import { IfYouComeBack } from './IfYouComeBack.js';
import { Numbers } from './Numbers.js';
import { Plans } from './Plans.js';
import { Timeline } from './Timeline.js';
import { Unsubscribing } from './Unsubscribing.js';
import { Wallet } from './Wallet.js';

export function Overview() {
  const { t } = useLingui();
  const { membership } = useAccount();
  const { standing, allowedActions } = membership;
  return (
    <>
      <Heading title={t`Membership`}>
        <Trans>Membership</Trans>
      </Heading>
      <Plans />
      {allowedActions.some(({ action }) => action === 'cancel') && <Unsubscribing />}
      {(standing === 'cancelling' || standing === 'lapsed') && (
        <Section title={<Trans>If you come back now</Trans>}>
          <IfYouComeBack />
        </Section>
      )}
      <Section title={<Trans>Phone numbers</Trans>}>
        <Numbers />
      </Section>
      <Section title={<Trans>Wallet</Trans>}>
        <Wallet />
      </Section>
      <Section title={<Trans>What follows, and what happened</Trans>}>
        <Timeline />
      </Section>
      {allowedActions.some(({ action }) => action === 'export-data') && (
        <Section title={<Trans>Your data</Trans>}>
          <DataExport />
        </Section>
      )}
    </>
  );
}
