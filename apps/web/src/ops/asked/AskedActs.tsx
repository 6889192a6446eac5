// What was asked for, as a list: who asked, when, why, and until when it stands. Each leads to where it is looked at and confirmed.
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button } from '../../ui/Button.js';
import { Heading } from '../../ui/Heading.js';
import { Notice } from '../../ui/Notice.js';
import { At } from '../At.js';
import { askedActAddress, askedActsAddress, askedStatuses, href } from '../places.js';
import { useAskedActs, type AskedAct, type AskedStatus } from './asking.js';
import { useAskedWords } from './words.js';
import styles from '../../staff/Staff.module.css';

export function AskedActs({ status }: { readonly status: AskedStatus | null }) {
  const { t } = useLingui();
  const words = useAskedWords();
  const { data, error, isPending, hasNextPage, fetchNextPage } = useAskedActs(status);
  const rows = data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <>
      <Heading title={t`Second person`}><Trans>What waits for a second person</Trans></Heading>
      <p><Trans>What nobody can undo is asked for by one operator and done once another has confirmed it.</Trans></p>
      <nav aria-label={t`Status`} className={styles['ways']}>
        {askedStatuses.map((one) => <a key={one} href={href(askedActsAddress(one))} aria-current={one === status ? 'page' : undefined}>{words.status[one]}</a>)}
        <a href={href(askedActsAddress(null))} aria-current={status === null ? 'page' : undefined}><Trans>all</Trans></a>
      </nav>
      {error && <Notice kind="bad">{error.message}</Notice>}
      {isPending ? <p role="status">{t`One moment…`}</p> : <Rows of={rows} />}
      {hasNextPage && <p><Button look="plain" onPress={() => void fetchNextPage()}><Trans>More</Trans></Button></p>}
    </>
  );
}

/** Of the latest that wait those that would be done to one of `targets`, or all; nothing where nothing waits. */
export function Waiting({ targets }: { readonly targets?: ReadonlySet<string> }) {
  const { data } = useAskedActs('waiting');
  const rows = data?.pages.flatMap((page) => page.data).filter(({ target }) => targets?.has(target) ?? true) ?? [];
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="waiting">
      <h2 id="waiting"><Plural value={rows.length} one="# act waits for a second person" other="# acts wait for a second person" /></h2>
      <Rows of={rows} />
    </section>
  );
}

function Rows({ of }: { readonly of: readonly AskedAct[] }) {
  const words = useAskedWords();
  if (of.length === 0) return <p className={styles['quiet']}><Trans>Nothing here.</Trans></p>;
  return (
    <table className={styles['plain']}>
      <thead>
        <tr>
          <th scope="col"><Trans>Act</Trans></th>
          <th scope="col"><Trans>What it would do</Trans></th>
          <th scope="col"><Trans>By</Trans></th>
          <th scope="col"><Trans>Since</Trans></th>
          <th scope="col"><Trans>Reason</Trans></th>
          <th scope="col"><Trans>Status</Trans></th>
          <th scope="col"><Trans>Stands until</Trans></th>
        </tr>
      </thead>
      <tbody>
        {of.map((one) => (
          <tr key={one.askedActId}>
            <th scope="row"><a href={href(askedActAddress(one.askedActId))}>{words.act(one.act).name}</a></th>
            <td>{words.act(one.act).does}</td>
            <td>{one.askedBy}</td>
            <td><At at={one.askedAt} /></td>
            <td>{one.reason ?? '—'}</td>
            <td>{words.status[one.status]}</td>
            <td><At at={one.standsUntil} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
