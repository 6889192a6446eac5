// The operators' desk: who sits there, the ways to its places, and the place that the address names.
import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { useAddress } from '../ui/address.js';
import { Button } from '../ui/Button.js';
import { Languages } from '../ui/Languages.js';
import { goOut } from '../staff/coming.js';
import { useMe, type Me } from '../staff/me.js';
import { useToken } from '../staff/session.js';
import { Staffed } from '../staff/Staffed.js';
import { useRoleWords } from '../staff/words.js';
import { Account } from './account/Account.js';
import { Search } from './account/Search.js';
import { ActsDone } from './acts/ActsDone.js';
import { AskedAct } from './asked/AskedAct.js';
import { AskedActs } from './asked/AskedActs.js';
import { ListPlace } from './lists/ListPlace.js';
import { Now } from './now/Now.js';
import { Projections } from './now/Projections.js';
import { addressOf, askedActsAddress, href, placeAt, type PlaceOfDesk } from './places.js';
import styles from '../staff/Staff.module.css';

export function Desk() {
  const { t } = useLingui();
  const token = useToken();
  const { data: me } = useMe();
  const words = useRoleWords();
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
            <Way to={askedActsAddress('waiting')} isHere={place.at === 'asked-acts' || place.at === 'asked-act'}><Trans>Second person</Trans></Way>
          </nav>
        )}
        <div className={styles['who']}>
          <Languages />
          {token !== null && (
            <>
              {me && <span>{me.subject} · {words.may[me.role]}</span>}
              <Button look="plain" onPress={() => void goOut()}><Trans>Leave</Trans></Button>
            </>
          )}
        </div>
      </header>
      <main className={styles['main']}>
        <Staffed title={t`Operations`} name={<Trans>The operators’ desk</Trans>} roles={['operator', 'viewer']}>{(one) => <Shown place={place} me={one} />}</Staffed>
      </main>
    </div>
  );
}

const isList = (place: PlaceOfDesk, list: string): boolean => place.at === 'list' && place.list === list;

const Way = ({ to, isHere, children }: { readonly to: string; readonly isHere: boolean; readonly children: ReactNode }) => (
  <a href={href(to)} aria-current={isHere ? 'page' : undefined}>{children}</a>
);

function Shown({ place, me }: { readonly place: PlaceOfDesk; readonly me: Me }) {
  const acts = me.role === 'operator';
  switch (place.at) {
    case 'now': return <Now />;
    case 'accounts': return <Search />;
    case 'account': return <Account key={place.accountId} accountId={place.accountId} version={place.version} />;
    case 'acts': return <ActsDone acts={acts} />;
    case 'asked-acts': return <AskedActs status={place.status} />;
    case 'asked-act': return <AskedAct key={place.askedActId} askedActId={place.askedActId} me={me} />;
    case 'projections': return <Projections />;
    case 'list': return <ListPlace key={place.list} list={place.list} asked={place.asked} acts={acts} />;
  }
}
