// What is wrong now, on one screen; how late is usual; what carriers answer; and what comes.
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { bodyOf } from '../../service/client.js';
import { Heading } from '../../ui/Heading.js';
import { Notice } from '../../ui/Notice.js';
import { Waiting } from '../asked/AskedActs.js';
import { At } from '../At.js';
import { addressOf, href } from '../places.js';
import { spanText } from '../spans.js';
import { staff } from '../../staff/session.js';
import { Coming } from './Coming.js';
import { signalsOf, type Health } from './signals.js';
import { useSignalWords } from './words.js';
import styles from '../../staff/Staff.module.css';

const refetchInterval = 10_000;

export const useHealth = () => useQuery({ queryKey: ['ops', 'health'], queryFn: () => bodyOf(staff.GET('/v1/ops/health')), refetchInterval });
const useOutlook = () => useQuery({ queryKey: ['ops', 'outlook'], queryFn: () => bodyOf(staff.GET('/v1/ops/outlook')), refetchInterval: 3 * refetchInterval });

type Outlook = NonNullable<ReturnType<typeof useOutlook>['data']>;

export function Now() {
  const { t } = useLingui();
  const { data: health, error } = useHealth();
  const { data: outlook } = useOutlook();
  return (
    <>
      <Heading title={t`What is wrong now`}><Trans>What is wrong now</Trans></Heading>
      {error && <Notice kind="bad">{error.message}</Notice>}
      {health ? <Signals health={health} /> : <p role="status">{t`One moment…`}</p>}
      <Waiting />
      {health && outlook && (
        <>
          <div className={styles['two']}>
            <Lateness health={health} outlook={outlook} />
            <Carriers health={health} outlook={outlook} />
          </div>
          <Coming upcoming={outlook.upcoming} now={health.now} />
        </>
      )}
    </>
  );
}

function Signals({ health }: { readonly health: Health }) {
  const { t } = useLingui();
  const words = useSignalWords();
  const signals = signalsOf(health);
  const wrong = signals.filter(({ count }) => count > 0);
  return (
    <>
      <p aria-live="polite">
        {wrong.length === 0 ? <span className={styles['good']}>✓ <Trans>Nothing is wrong.</Trans></span> : <Plural value={wrong.length} one="# kind of trouble" other="# kinds of trouble" />}{' '}
        <span className={styles['quiet']}><Trans>as of</Trans> <At at={health.now} /> UTC</span>
      </p>
      {wrong.length > 0 && (
        <ul className={styles['signals']} aria-label={t`Trouble`}>
          {wrong.map(({ id, count, ageMs, address }) => (
            <li key={id}>
              <a href={href(address)}>
                <b>{count}</b> <span>{words[id].name}</span>
                <small>{words[id].what}{ageMs !== null && <> · {spanText(ageMs)}</>}</small>
              </a>
            </li>
          ))}
        </ul>
      )}
      <section aria-label={t`What is well`}>
        <ul className={styles['well']}>
          {signals.filter(({ count }) => count === 0).map(({ id }) => <li key={id}>✓ {words[id].name}</li>)}
        </ul>
      </section>
    </>
  );
}

function Lateness({ health, outlook }: { readonly health: Health; readonly outlook: Outlook }) {
  const kinds = [...new Set([...health.overdue.map(({ kind }) => kind), ...outlook.lateness.map(({ kind }) => kind)])].sort();
  return (
    <section aria-labelledby="lateness">
      <h2 id="lateness"><Trans>Lateness of deadlines, beside what is usual</Trans></h2>
      <table className={styles['plain']}>
        <thead>
          <tr>
            <th scope="col"><Trans>Kind</Trans></th>
            <th scope="col" className={styles['number']}><Trans>Overdue</Trans></th>
            <th scope="col" className={styles['number']}><Trans>Oldest</Trans></th>
            <th scope="col" className={styles['number']}><Trans>Usual</Trans></th>
            <th scope="col" className={styles['number']}><Trans>99 of 100</Trans></th>
          </tr>
        </thead>
        <tbody>
          {kinds.map((kind) => {
            const overdue = health.overdue.find((one) => one.kind === kind);
            const usual = outlook.lateness.find((one) => one.kind === kind);
            return (
              <tr key={kind}>
                <th scope="row"><a href={href(addressOf('deadlines', { kind, status: 'pending', dueBefore: health.now }))}><code>{kind}</code></a></th>
                <td className={styles['number']}>{overdue?.count ?? 0}</td>
                <td className={`${styles['number']} ${overdue && overdue.oldestMs > (usual?.p99Ms ?? 0) ? styles['bad'] : ''}`}>{overdue ? spanText(overdue.oldestMs) : '—'}</td>
                <td className={styles['number']}>{usual ? spanText(usual.medianMs) : '—'}</td>
                <td className={styles['number']}>{usual ? spanText(usual.p99Ms) : '—'}</td>
              </tr>
            );
          })}
          {kinds.length === 0 && <tr><td colSpan={5} className={styles['quiet']}><Trans>Nothing was due yet on real time.</Trans></td></tr>}
        </tbody>
      </table>
    </section>
  );
}

const isGood = (outcome: string): boolean => ['released', 'already-gone', 'sent', 'settled-elsewhere'].includes(outcome);

function Carriers({ health, outlook }: { readonly health: Health; readonly outlook: Outlook }) {
  const lanes = [...new Set([...outlook.answers, ...health.effects.overdue].map(({ carrier, kind }) => `${carrier} ${kind}`))].sort();
  return (
    <section aria-labelledby="carriers">
      <h2 id="carriers"><Trans>Carriers and what they answered within a day</Trans></h2>
      <table className={styles['plain']}>
        <thead>
          <tr>
            <th scope="col"><Trans>Carrier</Trans></th>
            <th scope="col"><Trans>Kind</Trans></th>
            <th scope="col"><Trans>Answers</Trans></th>
            <th scope="col" className={styles['number']}><Trans>Overdue</Trans></th>
          </tr>
        </thead>
        <tbody>
          {lanes.map((lane) => {
            const [carrier = '', kind = ''] = lane.split(' ');
            const overdue = health.effects.overdue.find((one) => one.carrier === carrier && one.kind === kind);
            return (
              <tr key={lane}>
                <th scope="row"><a href={href(addressOf('effects', { carrier, kind }))}>{carrier}</a></th>
                <td><code>{kind}</code></td>
                <td>
                  {outlook.answers.filter((one) => one.carrier === carrier && one.kind === kind).map(({ outcome, count }) => (
                    <span key={outcome} className={isGood(outcome) ? styles['good'] : styles['bad']}>{outcome} {count} </span>
                  ))}
                </td>
                <td className={styles['number']}>{overdue ? <>{overdue.count} · {spanText(overdue.oldestMs)}</> : 0}</td>
              </tr>
            );
          })}
          {lanes.length === 0 && <tr><td colSpan={4} className={styles['quiet']}><Trans>No carrier was asked within a day on real time.</Trans></td></tr>}
        </tbody>
      </table>
    </section>
  );
}
