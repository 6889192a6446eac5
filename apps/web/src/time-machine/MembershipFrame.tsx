// The customer's own page, as they would see it at that moment: opened by a link like the platform's, and shown anew when time has passed.
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { bodyOf, codeOf } from '../service/client.js';
import type { Demo } from './demo.js';
import styles from './MembershipFrame.module.css';
import type { Reading } from './reading.js';
import { platform } from './sandbox.js';

/** Before the session ends, half an hour after it began. */
const newLinkMs = 25 * 60_000;
/** A clock that has not moved for so long is waiting. */
const waitingMs = 1_500;
/** What is written one after the other is shown together. */
const settlingMs = 200;

interface Props {
  readonly demo: Demo;
  readonly reading: Reading;
}

export const MembershipFrame = ({ demo: { accountId }, reading: { clock: { now, status }, events } }: Props) => {
  const { t } = useLingui();
  const frame = useRef<HTMLIFrameElement>(null);
  // What customers do themselves their page knows already, and of mails it does not tell.
  const state = `${now} ${status} ${events.filter(({ channel, type }) => channel !== 'page' && type !== 'CustomerNotified').length}`;
  const shown = useRef(state);
  const { data: address } = useQuery({ queryKey: ['link', accountId], queryFn: () => linkTo(accountId), staleTime: newLinkMs, refetchInterval: newLinkMs });

  useEffect(() => {
    if (shown.current === state) return undefined;
    const timer = setTimeout(() => {
      shown.current = state;
      frame.current?.contentWindow?.location.reload();
    }, status === 'advancing' ? waitingMs : settlingMs);
    return () => { clearTimeout(timer); };
  }, [state, status]);

  return (
    <section className={styles['customer']} aria-label={t`The customer’s page`}>
      <p className={styles['bar']}>
        <span className={styles['dots']} aria-hidden="true" />
        <Trans>What the customer sees</Trans>
      </p>
      {address === undefined ? <div className={styles['page']} aria-busy="true" /> : <iframe ref={frame} className={styles['page']} src={address} title={t`Membership page of the demo customer`} />}
    </section>
  );
};

/** After the purge there is nobody whom a link could be for. */
async function linkTo(accountId: string): Promise<string> {
  try {
    return (await bodyOf(platform.POST('/v1/accounts/{accountId}/page-sessions', { params: { path: { accountId } } }))).url;
  } catch (error) {
    if (codeOf(error) === 'account_purged') return '/membership/';
    throw error;
  }
}
