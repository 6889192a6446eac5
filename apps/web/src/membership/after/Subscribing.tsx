// The plans that one can have, and the button that begins one.
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { bodyOf, service } from '../../service/client.js';
import { useCommand } from '../../service/queries.js';
import type { Plan } from '../../service/shapes.js';
import { Actions } from '../../ui/Actions.js';
import { go } from '../../ui/address.js';
import { Button } from '../../ui/Button.js';
import { Choices } from '../../ui/Choices.js';
import { Notice } from '../../ui/Notice.js';
import { usePlanNames } from '../account.js';
import { Price } from '../overview/Plans.js';
import { addressOf } from '../addresses.js';
import { Refused } from '../words.js';

interface Props {
  readonly accountId: string;
  readonly kinds: readonly Plan['kind'][];
  readonly onSubscribed?: (planName: string) => void;
  /** There is a membership to go back to. */
  readonly isOptional?: boolean;
}

export function Subscribing({ accountId, kinds, onSubscribed, isOptional = false }: Props) {
  const { t } = useLingui();
  const { plans, nameOf } = usePlanNames();
  const [planId, setPlanId] = useState<string | null>(null);
  const [isMissing, setMissing] = useState(false);
  const subscribe = useCommand(
    (body: { readonly planId: string }, key, signal) =>
      bodyOf(service.POST('/v1/accounts/{accountId}/subscriptions', { params: { path: { accountId }, header: { 'Idempotency-Key': key } }, body, signal })),
    {
      onDone: (begun) => {
        onSubscribed?.(nameOf(begun));
        go(addressOf.membership);
      },
    },
  );
  const onPress = () => {
    if (planId === null) {
      setMissing(true);
      return;
    }
    subscribe.mutate({ planId });
  };
  return (
    <>
      {subscribe.isError && <Notice kind="bad"><Refused error={subscribe.error} /></Notice>}
      <Choices
        label={t`Which plan do you want?`}
        value={planId}
        onChange={(value) => { setMissing(false); setPlanId(value); }}
        error={isMissing ? t`Choose a plan first.` : null}
        choices={plans.filter(({ kind }) => kinds.includes(kind)).map((plan) => ({ value: plan.planId, label: <>{plan.name}<small><Price subscription={plan} /></small></> }))}
      />
      <p>
        <Trans>The first period begins at once and is charged to your card.</Trans>
      </p>
      <Actions>
        {isOptional && (
          <Button onPress={() => { go(addressOf.membership); }}>
            <Trans>Not now</Trans>
          </Button>
        )}
        <Button isPending={subscribe.isPending} onPress={onPress}>
          <Trans>Subscribe</Trans>
        </Button>
      </Actions>
    </>
  );
}
