// In the same browser the page of another account was opened, so that this tab has its session no more.
import { Trans, useLingui } from '@lingui/react/macro';
import { Actions } from '../../ui/Actions.js';
import { Button } from '../../ui/Button.js';
import { Heading } from '../../ui/Heading.js';

interface Props {
  readonly onGo: () => void;
}

export function OtherAccount({ onGo }: Props) {
  const { t } = useLingui();
  return (
    <>
      <Heading title={t`Another account is open`}>
        <Trans>Another account is open</Trans>
      </Heading>
      <p role="alert">
        <Trans>In this browser the page of another account was opened after this one. What you were doing here has gone no further, and nothing of it was sent to the other account.</Trans>
      </p>
      <p>
        <Trans>To go on with this account, open its page again from where you came. What you confirmed before counts.</Trans>
      </p>
      <Actions>
        <Button onPress={onGo}>
          <Trans>Show the other account</Trans>
        </Button>
      </Actions>
    </>
  );
}
