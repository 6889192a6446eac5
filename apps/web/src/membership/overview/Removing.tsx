// Removing a number is for good, so that it is asked once more, in place.
import { Trans, useLingui } from '@lingui/react/macro';
import { useRef, useState } from 'react';
import { bodyOf, service } from '../../service/client.js';
import { useCommand } from '../../service/queries.js';
import { Actions } from '../../ui/Actions.js';
import { Button } from '../../ui/Button.js';
import { phoneText } from '../../ui/format.js';
import { useAccount } from '../account.js';
import { Refused } from '../words.js';
import styles from './Numbers.module.css';

interface Props {
  readonly e164: string;
  readonly isPurchased: boolean;
}

export function Removing({ e164, isPurchased }: Props) {
  const { t } = useLingui();
  const { accountId, say } = useAccount();
  const [isAsked, setAsked] = useState(false);
  const question = useRef<HTMLDivElement>(null);
  const name = phoneText(e164);
  const remove = useCommand(
    (_: { readonly remove: string }, key, signal) =>
      bodyOf(service.DELETE('/v1/accounts/{accountId}/numbers/{e164}', { params: { path: { accountId, e164 }, header: { 'Idempotency-Key': key } }, signal })),
    {
      onDone: () => { say(<Trans>{name} is removed. No fee follows for it.</Trans>, 'good'); },
      onFailed: (error) => { say(<Refused error={error} />, 'bad'); },
    },
  );
  const onKeep = () => {
    setAsked(false);
    if (!remove.isPending) return;
    remove.stop();
    say(<Trans>You keep {name}, unless its removal had arrived before you said so: the list of your numbers shows it.</Trans>, 'bad');
  };
  if (!isAsked) {
    return (
      <Button look="plain" aria-label={t`Remove ${name}`} onPress={() => { setAsked(true); requestAnimationFrame(() => { question.current?.focus(); }); }}>
        <Trans>Remove</Trans>
      </Button>
    );
  }
  return (
    <div className={styles.question} role="group" aria-label={t`Remove ${name}?`} ref={question} tabIndex={-1}>
      <p>
        {isPurchased
          ? <Trans>{name} is given back at once and cannot be restored. Its fee is saved from the next billing day on.</Trans>
          : <Trans>{name} leaves this account at once. It stays yours at its provider.</Trans>}
      </p>
      <Actions>
        <Button onPress={onKeep}>
          <Trans>Keep this number</Trans>
        </Button>
        <Button isPending={remove.isPending} onPress={() => { remove.mutate({ remove: e164 }); }}>
          <Trans>Remove this number</Trans>
        </Button>
      </Actions>
    </div>
  );
}
