// What follows, by its dates, and what happened, the latest first.
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { useLanguage } from '../../i18n/language.js';
import { useTimeline } from '../../service/account.js';
import type { TimelineEntry } from '../../service/shapes.js';
import { Button } from '../../ui/Button.js';
import { Moment } from '../../ui/Moment.js';
import { useAccount } from '../account.js';
import styles from './Timeline.module.css';

/** So much of the past is shown at first. */
const few = 6;

export function Timeline() {
  const { t } = useLingui();
  const language = useLanguage();
  const { accountId } = useAccount();
  const { data: entries } = useTimeline(accountId, language);
  const [isWhole, setWhole] = useState(false);
  if (!entries) return <p>{t`One moment…`}</p>;
  const follows = grouped(entries.filter(({ status }) => status !== 'done'));
  const happened = grouped(entries.filter(({ status }) => status === 'done').toReversed());
  const shown = isWhole ? happened : happened.slice(0, few);
  return (
    <>
      <h3>
        <Trans>What follows</Trans>
      </h3>
      {follows.length > 0 ? <Entries entries={follows} /> : <p>{t`Nothing is still to come.`}</p>}
      <h3>
        <Trans>What happened</Trans>
      </h3>
      <Entries entries={shown} />
      {happened.length > shown.length && (
        <div>
          <Button look="plain" onPress={() => { setWhole(true); }}>
            <Plural value={happened.length} one="Show # entry" other="Show all # entries" />
          </Button>
        </div>
      )}
    </>
  );
}

interface Grouped extends TimelineEntry {
  readonly times: number;
}

/** What stands there several times at the same instant, once. */
function grouped(entries: readonly TimelineEntry[]): readonly Grouped[] {
  const groups: Grouped[] = [];
  for (const entry of entries) {
    const last = groups.at(-1);
    const isSame = last?.at === entry.at && last.kind === entry.kind && last.status === entry.status && last.detail === entry.detail;
    if (isSame) groups[groups.length - 1] = { ...last, times: last.times + 1 };
    else groups.push({ ...entry, times: 1 });
  }
  return groups;
}

const Entries = ({ entries }: { readonly entries: readonly Grouped[] }) => (
  <ol className={styles.entries}>
    {entries.map((entry, index) => (
      <li key={`${entry.at} ${entry.kind} ${index}`} className={styles[entry.status]}>
        <p className={styles.when}>
          <Moment at={entry.at} />
        </p>
        <p>
          {entry.status === 'void' && (
            <strong>
              <Trans>Will not happen:</Trans>{' '}
            </strong>
          )}
          {entry.status === 'blocked' && (
            <strong>
              <Trans>Delayed:</Trans>{' '}
            </strong>
          )}
          {entry.detail}
          {entry.imported && (
            <>
              {' '}
              <Trans>(imported)</Trans>
            </>
          )}
          {entry.times > 1 && (
            <>
              {' '}
              <Trans>({entry.times} times)</Trans>
            </>
          )}
        </p>
      </li>
    ))}
  </ol>
);
