// The session has ended, or there never was one.
import { Trans, useLingui } from '@lingui/react/macro';
import { Heading } from '../../ui/Heading.js';

export function Gone() {
  const { t } = useLingui();
  return (
    <>
      <Heading title={t`This page has closed`}>
        <Trans>This page has closed</Trans>
      </Heading>
      <p>
        <Trans>For your safety it stays open for half an hour, and a link to it works once. Open it again from your account, where you came from.</Trans>
      </p>
      <p>
        <Trans>Nothing is lost: what you confirmed counts, and what you did not confirm has changed nothing.</Trans>
      </p>
    </>
  );
}
