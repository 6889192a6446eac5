// Step 5: consent to every disclosure, each by itself.
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useRef, useState } from 'react';
import type { Language } from '../../i18n/language.js';
import { usePreview } from '../../service/account.js';
import type { Disclosure } from '../../service/shapes.js';
import { go } from '../../ui/address.js';
import { Check } from '../../ui/Check.js';
import { Notice } from '../../ui/Notice.js';
import { useAccount } from '../account.js';
import { addressOf } from '../addresses.js';
import styles from './Consent.module.css';
import { useCancellable } from './Cancellable.js';
import { useSameLanguage } from './same-language.js';
import { Step } from './Step.js';

interface Props {
  readonly subscriptionId: string;
  readonly hash: string;
  readonly attemptId: string;
  /** In which the attempt was opened: what is consented to is kept in it. */
  readonly language: Language;
}

export function Consent({ subscriptionId, hash, attemptId, language }: Props) {
  const { t } = useLingui();
  useCancellable(subscriptionId);
  useSameLanguage(subscriptionId, language);
  const { accountId } = useAccount();
  const { data: preview } = usePreview(accountId, subscriptionId, language);
  const [accepted, setAccepted] = useState<ReadonlySet<string>>(new Set());
  const [isAsked, setAsked] = useState(false);
  const boxes = useRef<HTMLDivElement>(null);
  const disclosures: readonly Disclosure[] = preview?.disclosures ?? [];
  const open = disclosures.filter((one) => !accepted.has(keyOf(one)));
  const onOnwards = () => {
    setAsked(true);
    const [next] = open;
    if (next) boxes.current?.querySelectorAll('input')[disclosures.indexOf(next)]?.focus();
    if (open.length === 0) go(addressOf.confirm(subscriptionId, hash, attemptId, language), { carrying: disclosures.map(({ id, version }) => ({ id, version })) });
  };
  return (
    <Step number={5} title={t`Consent to every disclosure`} back={addressOf.reason(subscriptionId, hash)} onwards={<Trans>Go on to cancel</Trans>} isShown={preview !== undefined} onOnwards={onOnwards}>
      <div ref={boxes} role="group" aria-label={t`Disclosures`} className={styles.disclosures}>
        {disclosures.map((one) => (
          <div key={keyOf(one)} className={styles.disclosure}>
            <Check
              isSelected={accepted.has(keyOf(one))}
              onChange={(isSelected) => { setAccepted(changed(accepted, keyOf(one), isSelected)); }}
              isInvalid={isAsked && !accepted.has(keyOf(one))}
            >
              {one.text}
              <small>
                <Trans>Version {one.version}</Trans>
              </small>
            </Check>
            {one.url !== null && (
              <a href={one.url} target="_blank" rel="noreferrer">
                <Trans>Read it in full (opens in a new tab)</Trans>
              </a>
            )}
          </div>
        ))}
      </div>
      {isAsked && open.length > 0 && (
        <Notice kind="bad">
          <Plural value={open.length} one="# disclosure is still to be consented to." other="# disclosures are still to be consented to." />
        </Notice>
      )}
    </Step>
  );
}

const keyOf = ({ id, version }: Disclosure): string => `${id} ${version}`;

function changed(before: ReadonlySet<string>, key: string, isIn: boolean): ReadonlySet<string> {
  const after = new Set(before);
  if (isIn) after.add(key);
  else after.delete(key);
  return after;
}
