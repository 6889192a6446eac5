// What would still be there, what is lost already, and what is lost next.
import { Trans } from '@lingui/react/macro';
import { Moment } from '../../ui/Moment.js';
import { useAccount } from '../account.js';
import { KeptAndLost } from './KeptAndLost.js';

export function IfYouComeBack() {
  const { kept, lost, nextLoss } = useAccount().membership.ifYouReturnNow;
  return (
    <>
      <KeptAndLost kept={kept} lost={lost} />
      {nextLoss && (
        <p>
          {nextLoss.kind === 'release-numbers' && (
            <Trans>
              Next, the phone numbers are released for good, on <Moment at={nextLoss.at} />.
            </Trans>
          )}
          {nextLoss.kind === 'expire-ten-dlc' && (
            <Trans>
              Next, the 10DLC registration expires, on <Moment at={nextLoss.at} />.
            </Trans>
          )}
          {nextLoss.kind === 'purge-data' && (
            <Trans>
              Next, everything that is left is deleted for good, on <Moment at={nextLoss.at} />.
            </Trans>
          )}
        </p>
      )}
    </>
  );
}
