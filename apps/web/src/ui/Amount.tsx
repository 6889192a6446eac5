// Money, exactly.
import { useLingui } from '@lingui/react';
import { moneyText, type Money } from './format.js';

export function Amount({ of }: { readonly of: Money }) {
  const { i18n } = useLingui();
  return (
    <data value={`${of.amount} ${of.currency}`}>
      {moneyText(of, i18n.locale)}
    </data>
  );
}
