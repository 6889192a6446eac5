// Why an act was not done; where it was asked for instead, that, and the way to it.
import { Trans } from '@lingui/react/macro';
import { Refusal } from '../../service/client.js';
import { Notice } from '../../ui/Notice.js';
import { At } from '../At.js';
import { askedActAddress, href } from '../places.js';

export function Refused({ error }: { readonly error: Error }) {
  const { askedActId, standsUntil }: Readonly<Record<string, unknown>> = error instanceof Refusal ? error.problem : {};
  if (typeof askedActId !== 'string' || typeof standsUntil !== 'string') return <Notice kind="bad">{error.message}</Notice>;
  return (
    <Notice kind="bad">
      <Trans>Nothing is done yet. It is asked for, and done once another operator has confirmed it, until <At at={standsUntil} /> UTC.</Trans>{' '}
      <a href={href(askedActAddress(askedActId))}><Trans>To what you have asked for</Trans></a>
    </Notice>
  );
}
