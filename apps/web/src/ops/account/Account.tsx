// One account, whole: what happens next and why something has not, and everything that is known of it.
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { Amount } from '../../ui/Amount.js';
import { Button } from '../../ui/Button.js';
import { Heading } from '../../ui/Heading.js';
import { Notice } from '../../ui/Notice.js';
import { Waiting } from '../asked/AskedActs.js';
import { At } from '../At.js';
import { useHealth } from '../now/Now.js';
import { accountAddress, addressOf, href } from '../places.js';
import { Part } from './Part.js';
import { useAttempts, useReading, type Reading } from './reading.js';
import { Step } from './Step.js';
import { Stream } from './Stream.js';
import { whyDeadline, whyEffect, type Standing } from './why.js';
import { useWhyWords } from './words.js';
import styles from '../../staff/Staff.module.css';

interface Props {
  readonly accountId: string;
  /** As it was after that event, beside how it is; `null`: how it is. */
  readonly version: number | null;
}

export function Account({ accountId, version }: Props) {
  const { t } = useLingui();
  const { data, error } = useReading(accountId);
  const { data: health } = useHealth();
  return (
    <>
      <Heading title={accountId}><code>{accountId}</code></Heading>
      {error && <Notice kind="bad">{error.message}</Notice>}
      {data ? (
        <>
          <Facts reading={data} />
          <Waiting targets={targetsOf(accountId, data)} />
          {version === null ? <p><a href={href(accountAddress(accountId, data.events.at(-1)?.version ?? 1))}><Trans>Step by step through time</Trans></a></p> : <Step accountId={accountId} version={version} />}
          <Why reading={data} standing={{
            now: data.membership?.asOf ?? health?.now ?? '', hasWorkers: (health?.workers.living ?? 1) > 0, clockInDoubt: health?.clock.inDoubt ?? false, holds: data.holds.filter(({ liftedAt }) => liftedAt === null).length,
          }} />
          <div className={styles['two']}>
            <Diary reading={data} />
            <Stream accountId={accountId} events={data.events} />
            <Money reading={data} />
            <Papers reading={data} />
          </div>
        </>
      ) : !error && <p role="status">{t`One moment…`}</p>}
    </>
  );
}

/** All that an act on this account alone can be done to. */
const targetsOf = (accountId: string, { deadlines, effects, holds, purges }: Reading): ReadonlySet<string> =>
  new Set([accountId, ...deadlines.map((one) => one.deadlineId), ...effects.map((one) => one.effectId), ...holds.map((one) => one.holdId), ...purges.map((one) => one.purgeId)]);

function Facts({ reading: { account, membership, purges, holds } }: { readonly reading: Reading }) {
  const standing = holds.filter(({ liftedAt }) => liftedAt === null).length;
  return (
    <p>
      {account ? <strong>{account.name} </strong> : <strong><Trans>The data of this account has been deleted.</Trans> </strong>}
      {account && <span className={styles['quiet']}>{account.email} · {account.timeZone} · {account.standing} · </span>}
      {account?.testClockId && <span><Trans>on a test clock</Trans> · </span>}
      {membership && <><Trans>Wallet</Trans> <Amount of={membership.wallet.balance} /> · <Trans>Numbers</Trans> {membership.numbers.count} · 10DLC {membership.tenDlc.status} · <Trans>Legal holds</Trans> {standing}</>}
      {purges.map(({ purgeId, status }) => <span key={purgeId}> · <Trans>Purge</Trans> {status}</span>)}
    </p>
  );
}

function Why({ reading: { deadlines, effects, account }, standing }: { readonly reading: Reading; readonly standing: Standing }) {
  const { t } = useLingui();
  const words = useWhyWords();
  const [isWhole, setWhole] = useState(false);
  const over = new Set(['fired', 'void', 'done']);
  const of = isWhole ? () => true : ({ status }: { readonly status: string }) => !over.has(status);
  const accountId = account?.accountId ?? deadlines[0]?.accountId ?? effects[0]?.accountId;
  return (
    <Part title={<Trans>What happens next, and why something has not happened</Trans>}>
      <table className={styles['plain']}>
        <thead>
          <tr>
            <th scope="col"><Trans>What</Trans></th>
            <th scope="col"><Trans>Due</Trans></th>
            <th scope="col"><Trans>Status</Trans></th>
            <th scope="col"><Trans>Why</Trans></th>
          </tr>
        </thead>
        <tbody>
          {deadlines.filter(of).map((one) => (
            <tr key={one.deadlineId}>
              <th scope="row"><code>{one.kind}</code></th>
              <td><At at={one.dueAt} /></td>
              <td>{one.status}</td>
              <td>{words.deadline[whyDeadline(one, standing)]} {one.lastError && <code>{one.lastError}</code>} {one.attempts > 0 && <span className={styles['quiet']}>({t`attempts`}: {one.attempts})</span>}</td>
            </tr>
          ))}
          {effects.filter(of).map((one) => (
            <tr key={one.effectId}>
              <th scope="row"><code>{one.kind}</code> <span className={styles['quiet']}>{one.carrier}</span></th>
              <td><At at={one.dueAt} /></td>
              <td>{one.status}</td>
              <td>
                {words.effect[whyEffect(one, standing)]} {(one.heldBy?.reason ?? one.reason) && <code>{one.heldBy?.reason ?? one.reason}</code>}
                {one.attempts > 0 && <Attempts effectId={one.effectId} count={one.attempts} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles['row']}>
        <Button look="plain" onPress={() => { setWhole(!isWhole); }}>{isWhole ? <Trans>Show what is open</Trans> : <Trans>Show what is over, too</Trans>}</Button>
        {accountId && <><a href={href(addressOf('deadlines', { accountId }))}><Trans>Deadlines</Trans></a> <a href={href(addressOf('effects', { accountId }))}><Trans>Effects</Trans></a></>}
      </p>
    </Part>
  );
}

function Attempts({ effectId, count }: { readonly effectId: string; readonly count: number }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => { setOpen(event.currentTarget.open); }}>
      <summary><Trans>Attempts: {count}</Trans></summary>
      {isOpen && <AttemptRows effectId={effectId} />}
    </details>
  );
}

function AttemptRows({ effectId }: { readonly effectId: string }) {
  const { data } = useAttempts(effectId);
  return (
    <ol>
      {data?.map(({ attempt, startedAt, outcome, reason, httpStatus, providerCode, latencyMs }) => (
        <li key={attempt}>{attempt}. <At at={startedAt} /> {outcome ?? '…'} {[reason, httpStatus, providerCode, latencyMs === null ? null : `${latencyMs} ms`].filter((one) => one !== null).join(' · ')}</li>
      ))}
    </ol>
  );
}

const Diary = ({ reading: { timeline } }: { readonly reading: Reading }) => (
  <Part title={<Trans>Diary</Trans>} isLong>
    <table className={styles['plain']}>
      <tbody>
        {timeline.map(({ at, kind, status, detail }, index) => (
          <tr key={index}>
            <td><At at={at} /></td>
            <td className={status === 'blocked' ? styles['bad'] : status === 'done' ? undefined : styles['quiet']}>{detail || kind}{status !== 'done' && ` (${status})`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Part>
);

const Money = ({ reading: { ledger } }: { readonly reading: Reading }) => (
  <Part title={<Trans>Money</Trans>} isLong>
    <table className={styles['plain']}>
      <tbody>
        {ledger.map((entry) => (
          <tr key={entry.entryId}>
            <td><At at={entry.effectiveAt} /></td>
            <td><code>{entry.kind}</code> {entry.chargeStatus}</td>
            <td className={styles['number']}><Amount of={entry.amount} /></td>
            <td>{entry.detail}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Part>
);

const Papers = ({ reading: { consents, holds } }: { readonly reading: Reading }) => (
  <Part title={<Trans>Consents and holds</Trans>} isLong>
    <ul>
      {consents.map((one) => (
        <li key={`${one.subscriptionId} ${one.acceptedAt}`}>
          <At at={one.acceptedAt} /> {one.disclosures.map(({ id, version }) => `${id} ${version}`).join(', ')} <span className={styles['quiet']}>{one.reason} · {one.actor.role} · {one.channel}</span>
        </li>
      ))}
      {holds.map((one) => (
        <li key={one.holdId}>
          <At at={one.placedAt} /> <Trans>Legal hold</Trans>: {one.reason ?? '—'} <span className={styles['quiet']}>{one.liftedAt ? <><Trans>lifted</Trans> <At at={one.liftedAt} /></> : <><Trans>stands; review</Trans> <At at={one.reviewAt} /></>}</span>
        </li>
      ))}
    </ul>
  </Part>
);
