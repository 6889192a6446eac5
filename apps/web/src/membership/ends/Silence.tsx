// The service does not answer, or answers that it cannot.
import { Trans, useLingui } from '@lingui/react/macro';
import { Actions } from '../../ui/Actions.js';
import { Button } from '../../ui/Button.js';
import { Heading } from '../../ui/Heading.js';
import { Notice } from '../../ui/Notice.js';

interface Props {
  readonly onAgain: () => void;
}

export function Silence({ onAgain }: Props) {
  const { t } = useLingui();
  return (
    <>
      <Heading title={t`No answer`}>
        <Trans>No answer</Trans>
      </Heading>
      <p role="alert">
        <Trans>The service cannot be reached at the moment. Every date that you were told stands, and what you did last shows as soon as it answers.</Trans>
      </p>
      <Actions>
        <Button onPress={onAgain}>
          <Trans>Try again</Trans>
        </Button>
      </Actions>
    </>
  );
}

/** Above what was known before. */
Silence.Short = function Short() {
  return (
    <Notice kind="bad">
      <Trans>The service cannot be reached at the moment: this is what was known before.</Trans>
    </Notice>
  );
};
