// Why people leave: who asks, the ways to the reports, and the report that the address names.
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useAddress } from '../ui/address.js';
import { Button } from '../ui/Button.js';
import { Languages } from '../ui/Languages.js';
import { Notice } from '../ui/Notice.js';
import { goOut } from '../staff/coming.js';
import { useToken } from '../staff/session.js';
import { Staffed } from '../staff/Staffed.js';
import { addressOf, elsewhere, placeAt, type Place } from './asked.js';
import { definitions, type Definition } from './reading.js';
import { Report } from './Report.js';
import { useReportWords } from './words.js';
import desk from '../staff/Staff.module.css';

/** What one sees who asks for nothing in particular. */
const first = 'churn';

export function Insights() {
  const { t } = useLingui();
  const token = useToken();
  const place = placeAt(useAddress());
  const { data: reports, error } = useQuery({ queryKey: ['insights', token], queryFn: definitions, enabled: token !== null, staleTime: Infinity });
  const shown = reports?.find(({ name }) => name === (place.report ?? first)) ?? reports?.[0];
  return (
    <div className={desk['desk']}>
      <header className={desk['head']}>
        <p className={desk['name']}>Sunset <small><Trans>Insights</Trans></small></p>
        {reports && <Ways reports={reports} place={place} shown={shown} />}
        <div className={desk['who']}>
          <Languages />
          {token !== null && <Button look="plain" onPress={() => void goOut()}><Trans>Leave</Trans></Button>}
        </div>
      </header>
      <main className={desk['main']}>
        <Staffed title={t`Insights`} name={<Trans>Why people leave, and who comes back</Trans>} roles={['analyst', 'operator']}>
          {() => (
            <>
              {error && <Notice kind="bad">{error.message}</Notice>}
              {!error && !reports && <p role="status">{t`One moment…`}</p>}
              {shown && <Report key={shown.name} report={shown} asked={place.asked} />}
            </>
          )}
        </Staffed>
      </main>
    </div>
  );
}

function Ways({ reports, place, shown }: { readonly reports: readonly Definition[]; readonly place: Place; readonly shown: Definition | undefined }) {
  const { t } = useLingui();
  const titleOf = useReportWords();
  return (
    <nav aria-label={t`Reports`} className={desk['ways']}>
      {reports.map((one) => (
        <a key={one.name} href={`#${addressOf(one.name, elsewhere(place.asked))}`} aria-current={one === shown ? 'page' : undefined}>{titleOf(one)}</a>
      ))}
    </nav>
  );
}
