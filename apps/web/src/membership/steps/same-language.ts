// Consent is given in one language: whoever reads on in another one is shown again, in it, what follows, and opens an attempt in it.
import { useEffect } from 'react';
import { useLanguage, type Language } from '../../i18n/language.js';
import { go } from '../../ui/address.js';
import { addressOf } from '../addresses.js';

export function useSameLanguage(subscriptionId: string, language: Language): void {
  const read = useLanguage();
  useEffect(() => {
    if (read !== language) go(addressOf.plan(subscriptionId), { replaces: true });
  }, [read, language, subscriptionId]);
}
