// Step 3: which plan, and what follows from cancelling it for this account.
import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import { useLanguage } from '../../i18n/language.js';
import { usePreview } from '../../service/account.js';
import { codeOf } from '../../service/client.js';
import type { Preview } from '../../service/shapes.js';
import { go } from '../../ui/address.js';
import { Aloud } from '../../ui/Aloud.js';
import { Choices } from '../../ui/Choices.js';
import { Moment } from '../../ui/Moment.js';
import { Notice } from '../../ui/Notice.js';
import { useAccount, usePlanNames } from '../account.js';
import { Price } from '../overview/Plans.js';
import { addressOf } from '../addresses.js';
import { Refused } from '../words.js';
import { Changes } from './Changes.js';
import { Consequences } from './Consequences.js';
import { shownBefore, wasShown } from './shown.js';
import { Step } from './Step.js';

interface Props {
  /** `null`: none was chosen yet. */
  readonly subscriptionId: string | null;
  /** The hash of what was shown before something changed; `null`: nothing is known to have changed. */
  readonly since: string | null;
}

export function ChoosePlan({ subscriptionId, since }: Props) {
  const { t } = useLingui();
  const language = useLanguage();
  const { accountId, membership } = useAccount();
  const { nameOf } = usePlanNames();
  const { data: preview, error } = usePreview(accountId, subscriptionId, language);
  const [isMissing, setMissing] = useState(false);
  const cancellable = membership.allowedActions.flatMap((one) => (one.action === 'cancel' ? [one.subscriptionId] : []));
  const open = membership.subscriptions.filter((one) => cancellable.includes(one.subscriptionId));
  const before = useBefore(preview, `${subscriptionId} ${language}`, since);
  const onOnwards = () => {
    if (preview && subscriptionId !== null) go(addressOf.reason(subscriptionId, preview.hash));
    else setMissing(true);
  };
  const isAwaited = subscriptionId !== null && !preview && !error;
  return (
    <Step number={3} title={t`Choose the plan`} back={addressOf.unsubscribe} onwards={<Trans>Go on to cancel</Trans>} onOnwards={onOnwards}>
      {open.length === 0 ? (
        <Notice>
          <Trans>There is no plan to cancel: none is open, or its cancellation is pending already.</Trans>
        </Notice>
      ) : (
        <Choices
          label={t`Which plan do you want to cancel?`}
          value={open.some((one) => one.subscriptionId === subscriptionId) ? subscriptionId : null}
          onChange={(value) => { setMissing(false); go(addressOf.plan(value), { replaces: true }); }}
          error={isMissing && subscriptionId === null ? t`Choose a plan first.` : null}
          choices={open.map((one) => ({
            value: one.subscriptionId,
            label: (
              <>
                {nameOf(one)}
                <small>
                  <Price subscription={one} />
                  {'; '}
                  <Trans>
                    paid until <Moment at={one.currentPeriod.end} />
                  </Trans>
                </small>
              </>
            ),
          }))}
        />
      )}
      {error && codeOf(error) !== null && <Notice kind="bad"><Refused error={error} /></Notice>}
      <Aloud>{before !== null && preview && <Changes before={before} after={preview} />}</Aloud>
      {preview && <Consequences preview={preview} />}
      {isAwaited && <p role="status">{t`One moment…`}</p>}
    </Step>
  );
}

/** What was shown here, or on the way, before what is shown now; `null`: the same. `undefined`: something else, of which nothing is known. */
function useBefore(preview: Preview | undefined, of: string, since: string | null): Preview | undefined | null {
  const [first, setFirst] = useState<{ readonly of: string; readonly preview: Preview } | null>(null);
  if (preview && first?.of !== of) setFirst({ of, preview });
  useEffect(() => { if (preview) wasShown(preview); }, [preview]);
  if (!preview) return null;
  if (since !== null) return since === preview.hash ? null : shownBefore(since);
  return first?.of === of && first.preview.hash !== preview.hash ? first.preview : null;
}
