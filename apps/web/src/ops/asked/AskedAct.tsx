// One act that was asked for: what it would do, to what, and the two answers that there are. Who asked for it cannot confirm it.
import { Trans, useLingui } from '@lingui/react/macro';
import { Aloud } from '../../ui/Aloud.js';
import { Button } from '../../ui/Button.js';
import { Heading } from '../../ui/Heading.js';
import { Notice } from '../../ui/Notice.js';
import type { Me } from '../../staff/me.js';
import { At } from '../At.js';
import { accountAddress, href } from '../places.js';
import { useAnswer, useAskedAct, type AskedAct as Asked } from './asking.js';
import { OnMany } from './OnMany.js';
import { useAskedWords } from './words.js';
import styles from '../../staff/Staff.module.css';

export function AskedAct({ askedActId, me }: { readonly askedActId: string; readonly me: Me }) {
  const { t } = useLingui();
  const { data: asked, error } = useAskedAct(askedActId);
  if (!asked) return error ? <Notice kind="bad">{error.message}</Notice> : <p role="status">{t`One moment…`}</p>;
  return <Shown asked={asked} me={me} />;
}

function Shown({ asked, me }: { readonly asked: Asked; readonly me: Me }) {
  const words = useAskedWords();
  const { name, does } = words.act(asked.act);
  const { actId, accountId } = asked.details;
  return (
    <>
      <Heading title={name}>{name}</Heading>
      <p>{does}</p>
      <table className={styles['plain']}>
        <tbody>
          <tr><th scope="row"><Trans>To</Trans></th><td className={styles['code']}>{asked.target}</td></tr>
          {typeof accountId === 'string' && <tr><th scope="row"><Trans>Account</Trans></th><td><a href={href(accountAddress(accountId))}>{accountId}</a></td></tr>}
          <tr><th scope="row"><Trans>Reason</Trans></th><td>{asked.reason ?? '—'}</td></tr>
          <tr><th scope="row"><Trans>Asked for by</Trans></th><td>{asked.askedBy}, <At at={asked.askedAt} /></td></tr>
          <tr><th scope="row"><Trans>Stands until</Trans></th><td><At at={asked.standsUntil} /></td></tr>
          <tr><th scope="row"><Trans>Status</Trans></th><td>{words.status[asked.status]}{asked.endedBy !== null && <> · {asked.endedBy}, <At at={asked.endedAt} /></>}</td></tr>
        </tbody>
      </table>
      {typeof actId === 'string' && <OnMany actId={actId} asked={asked} me={me} />}
      <Answer asked={asked} me={me} />
    </>
  );
}

function Answer({ asked: { askedActId, askedBy, status }, me }: { readonly asked: Asked; readonly me: Me }) {
  const { mutate, data, error, isPending } = useAnswer(askedActId);
  const isOwn = askedBy === me.subject;
  return (
    <>
      {error && <Notice kind="bad">{error.message}</Notice>}
      {/* What was pressed is gone by then. */}
      <Aloud focus={data ? 1 : 0}>
        {data?.status === 'confirmed' && <Notice kind="good"><Trans>Confirmed, and done.</Trans></Notice>}
        {data?.status === 'declined' && <Notice kind="good"><Trans>Declined: it is not done.</Trans></Notice>}
      </Aloud>
      {status === 'waiting' && me.role !== 'operator' && <p><Trans>You may look: it is for an operator to confirm or to decline it.</Trans></p>}
      {status === 'waiting' && me.role === 'operator' && (
        <>
          {isOwn && <p><Trans>You have asked for it yourself: another operator has to confirm it. You can take it back.</Trans></p>}
          <div className={styles['row']}>
            {!isOwn && <Button look="plain" isPending={isPending} onPress={() => { mutate('confirm'); }}><Trans>Confirm it: it is done at once</Trans></Button>}
            <Button look="plain" isPending={isPending} onPress={() => { mutate('decline'); }}>{isOwn ? <Trans>Take it back</Trans> : <Trans>Decline it</Trans>}</Button>
          </div>
        </>
      )}
    </>
  );
}
