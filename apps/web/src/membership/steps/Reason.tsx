// Step 4: why, and the first "I understand the consequences and still want to cancel". It opens an attempt; no plan changes.
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { Label, TextArea, TextField } from 'react-aria-components';
import { isLanguage, useLanguage } from '../../i18n/language.js';
import { usePreview } from '../../service/account.js';
import { bodyOf, codeOf, service } from '../../service/client.js';
import { useCommand } from '../../service/queries.js';
import type { Preview } from '../../service/shapes.js';
import { go } from '../../ui/address.js';
import { Choices } from '../../ui/Choices.js';
import { Notice } from '../../ui/Notice.js';
import { useAccount } from '../account.js';
import { addressOf } from '../addresses.js';
import { Refused } from '../words.js';
import styles from './Reason.module.css';
import { useCancellable } from './Cancellable.js';
import { Step } from './Step.js';

type Code = Preview['reasons'][number]['code'];

interface Props {
  readonly subscriptionId: string;
  /** Of the consequences that were shown. */
  readonly hash: string;
}

export function Reason({ subscriptionId, hash }: Props) {
  const { t } = useLingui();
  const language = useLanguage();
  const { accountId } = useAccount();
  const { data: preview } = usePreview(accountId, subscriptionId, language);
  const [code, setCode] = useState<Code | null>(null);
  const [comment, setComment] = useState('');
  const [isMissing, setMissing] = useState(false);
  const attempt = useCommand(
    ({ reason }: { readonly reason: { readonly code: Code; readonly comment?: string } }, key, signal) =>
      bodyOf(service.POST('/v1/accounts/{accountId}/subscriptions/{subscriptionId}/cancellation-attempts', {
        params: { path: { accountId, subscriptionId }, header: { 'Idempotency-Key': key } },
        body: { reason, acknowledgedConsequences: true, previewHash: hash, locale: language },
        signal,
      })),
    {
      // Where the service has none of our languages, it was shown in one of its own, and stays in it.
      onDone: ({ attemptId, locale }) => { go(addressOf.consent(subscriptionId, hash, attemptId, isLanguage(locale) ? locale : language)); },
      onFailed: (error) => { if (codeOf(error) === 'preview_stale') go(addressOf.plan(subscriptionId, hash)); },
    },
  );
  useCancellable(subscriptionId, attempt.isPending);
  const onOnwards = () => {
    if (code === null) {
      setMissing(true);
      return;
    }
    attempt.mutate({ reason: { code, ...(comment.trim() !== '' && { comment: comment.trim() }) } });
  };
  return (
    <Step
      number={4} title={t`The reason`} back={addressOf.plan(subscriptionId)} isPending={attempt.isPending} isShown={preview !== undefined} onOnwards={onOnwards}
      onwards={<Trans>I understand the consequences and still want to cancel</Trans>}
    >
      {attempt.isError && <Notice kind="bad"><Refused error={attempt.error} /></Notice>}
      <Choices
        label={t`Why do you want to cancel?`}
        value={code}
        onChange={(value) => { setMissing(false); setCode(value as Code); }}
        error={isMissing ? t`Choose a reason first; “I prefer not to say” is one.` : null}
        choices={(preview?.reasons ?? []).map(({ code: value, label }) => ({ value, label }))}
      />
      <TextField className={styles.comment} value={comment} onChange={setComment} maxLength={2000}>
        <Label>
          <Trans>Anything you want to add (optional)</Trans>
        </Label>
        <TextArea rows={3} />
      </TextField>
    </Step>
  );
}
