// The places of the page, by their addresses.
import { isLanguage } from '../i18n/language.js';
import { Receipt } from './after/Receipt.js';
import { ComeBack } from './after/ComeBack.js';
import { Overview } from './overview/Overview.js';
import { ChoosePlan } from './steps/ChoosePlan.js';
import { Confirm } from './steps/Confirm.js';
import { Consent } from './steps/Consent.js';
import { Reason } from './steps/Reason.js';
import { Unsubscribe } from './steps/Unsubscribe.js';

export function Place({ address }: { readonly address: string }) {
  const [, first, second, subscriptionId, hash, attemptId, language] = address.split('/');
  if (first === 'receipt' && second) return <Receipt key={second} subscriptionId={second} />;
  if (first === 'come-back') return <ComeBack />;
  if (first !== 'unsubscribe') return <Overview />;
  if (second === undefined) return <Unsubscribe />;
  if (second === 'reason' && subscriptionId && hash) return <Reason key={subscriptionId} subscriptionId={subscriptionId} hash={hash} />;
  if (subscriptionId && hash && attemptId && isLanguage(language)) {
    const attempt = { subscriptionId, hash, attemptId, language };
    if (second === 'consent') return <Consent key={attemptId} {...attempt} />;
    if (second === 'confirm') return <Confirm key={attemptId} {...attempt} />;
  }
  return <ChoosePlan subscriptionId={subscriptionId ?? null} since={hash ?? null} />;
}
