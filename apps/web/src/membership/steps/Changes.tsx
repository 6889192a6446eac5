// Something has changed since it was shown: what, and that it is shown anew below.
import { Trans } from '@lingui/react/macro';
import type { Preview } from '../../service/shapes.js';
import { Amount } from '../../ui/Amount.js';
import { Moment } from '../../ui/Moment.js';
import { Notice } from '../../ui/Notice.js';
import { changesBetween, type Change } from './changes.js';

interface Props {
  /** `undefined`: not known any more. */
  readonly before: Preview | undefined;
  readonly after: Preview;
}

export function Changes({ before, after }: Props) {
  const changes = before ? changesBetween(before, after) : [];
  return (
    <Notice>
      <p>
        <Trans>Something has changed since you looked. Below is what would follow now; nothing has been cancelled.</Trans>
      </p>
      {changes.length > 0 && (
        <ul>
          {changes.map((change) => (
            <li key={change.what}>
              <One change={change} />
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}

function One({ change }: { readonly change: Change }) {
  switch (change.what) {
    case 'end':
      return (
        <Trans>
          The plan would end on <Moment at={change.after} isBare />, no longer on <Moment at={change.before} isBare />.
        </Trans>
      );
    case 'credits':
      return (
        <Trans>
          Credited for unsent messages: <Amount of={change.after} />, no longer <Amount of={change.before} />.
        </Trans>
      );
    case 'fees':
      return (
        <Trans>
          Fees still to come: <Amount of={change.after} />, no longer <Amount of={change.before} />.
        </Trans>
      );
    case 'numbers':
      return (
        <Trans>
          Numbers that are billed: {change.after}, no longer {change.before}.
        </Trans>
      );
    case 'consequences':
      return <Trans>What follows, or when, is different.</Trans>;
    case 'disclosures':
      return <Trans>The disclosures have a new version.</Trans>;
    case 'returning':
      return <Trans>What you would keep if you come back is different.</Trans>;
  }
}
