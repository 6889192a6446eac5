// The operators' desk: who sits there, the ways to its places, and the place that the address names.
import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { useAddress } from '../ui/address.js';
import { Button } from '../ui/Button.js';
import { Languages } from '../ui/Languages.js';
import { queries } from '../service/queries.js';
import { Account } from './account/Account.js';
import { Search } from './account/Search.js';
import { ActsDone } from './acts/ActsDone.js';
import { ListPlace } from './lists/ListPlace.js';
import { Now } from './now/Now.js';
import { Projections } from './now/Projections.js';
import { addressOf, href, placeAt, type PlaceOfDesk } from './places.js';
import { SignIn } from './SignIn.js';
import { keepToken, mayAct, useToken } from './staff.js';
import styles from './Desk.module.css';

export function Desk() {
  const { t } = useLingui();
  const token = useToken();
  const place = placeAt(useAddress());
  return (
    <div className={styles['desk']}>
      <header className={styles['head']}>
        <p className={styles['name']}>Sunset <small><Trans>Operations</Trans></small></p>
        {token !== null && (
          <nav aria-label={t`Desk`} className={styles['ways']}>
            <Way to="/" isHere={place.at === 'now'}><Trans>Now</Trans></Way>
            <Way to="/accounts" isHere={place.at === 'account' || place.at === 'accounts'}><Trans>Accounts</Trans></Way>
            <Way to={addressOf('deadlines')} isHere={isList(place, 'deadlines')}><Trans>Deadlines</Trans></Way>
            <Way to={addressOf('effects')} isHere={isList(place, 'effects')}><Trans>Effects</Trans></Way>
            <Way to={addressOf('pauses', { status: 'in-force' })} isHere={isList(place, 'pauses')}><Trans>Pauses</Trans></Way>
            <Way to={addressOf('purges')} isHere={isList(place, 'purges')}><Trans>Purges</Trans></Way>
            <Way to={addressOf('webhook-endpoints')} isHere={isList(place, 'webhook-endpoints')}><Trans>Webhooks</Trans></Way>
            <Way to={addressOf('legal-holds')} isHere={isList(place, 'legal-holds')}><Trans>Holds</Trans></Way>
            <Way to={addressOf('clock-stops')} isHere={isList(place, 'clock-stops')}><Trans>Clock</Trans></Way>
            <Way to="/projections" isHere={place.at === 'projections'}><Trans>Projections</Trans></Way>
            <Way to="/acts" isHere={place.at === 'acts'}><Trans>Acts</Trans></Way>
          </nav>
        )}
        <div className={styles['who']}>
          <Languages />
          {token !== null && (
            <>
              <span>{mayAct(token) ? <Trans>You may act</Trans> : <Trans>You may look</Trans>}</span>
              <Button look="plain" onPress={() => { queries.clear(); keepToken(null); }}><Trans>Leave</Trans></Button>
            </>
          )}
        </div>
      </header>
      <main className={styles['main']}>{token === null ? <SignIn /> : <Shown place={place} acts={mayAct(token)} />}</main>
    </div>
  );
}

const isList = (place: PlaceOfDesk, list: string): boolean => place.at === 'list' && place.list === list;

const Way = ({ to, isHere, children }: { readonly to: string; readonly isHere: boolean; readonly children: ReactNode }) => (
  <a href={href(to)} aria-current={isHere ? 'page' : undefined}>{children}</a>
);

function Shown({ place, acts }: { readonly place: PlaceOfDesk; readonly acts: boolean }) {
  switch (place.at) {
    case 'now': return <Now />;
    case 'accounts': return <Search />;
    case 'account': return <Account key={place.accountId} accountId={place.accountId} />;
    case 'acts': return <ActsDone acts={acts} />;
    case 'projections': return <Projections />;
    case 'list': return <ListPlace key={place.list} list={place.list} asked={place.asked} acts={acts} />;
  }
}
