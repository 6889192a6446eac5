// Subscribing again: which plan, what is kept, and what is lost by now.
import { Trans, useLingui } from '@lingui/react/macro';
import { useAccount } from '../account.js';
import { IfYouComeBack } from '../overview/IfYouComeBack.js';
import { addressOf } from '../addresses.js';
import { Subscribing } from './Subscribing.js';
import { BackLink } from '../../ui/BackLink.js';
import { Heading } from '../../ui/Heading.js';
import { Section } from '../../ui/Section.js';

export function ComeBack() {
  const { t } = useLingui();
  const { accountId, membership, say } = useAccount();
  const kinds = membership.allowedActions.flatMap(({ action, planKind }) => ((action === 'resubscribe' || action === 'subscribe') && planKind ? [planKind] : []));
  return (
    <>
      <p>
        <BackLink to={addressOf.membership} />
      </p>
      <Heading title={t`Subscribe again`}>
        <Trans>Subscribe again</Trans>
      </Heading>
      <Section title={<Trans>If you come back now</Trans>}>
        <IfYouComeBack />
      </Section>
      <Subscribing
        accountId={accountId} kinds={kinds} isOptional
        onSubscribed={(name) => { say(<Trans>Welcome back: {name} has begun.</Trans>, 'good', addressOf.membership); }}
      />
    </>
  );
}
