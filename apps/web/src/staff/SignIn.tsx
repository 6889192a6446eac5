// Who comes to a page of staff: by the organisation's own issuer where it knows us, with a token of his own where it does not, and in the sandbox as anybody.
import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { bodyOf, service } from '../service/client.js';
import { Button } from '../ui/Button.js';
import { Heading } from '../ui/Heading.js';
import { Notice } from '../ui/Notice.js';
import { goToIssuer } from './coming.js';
import { keep, sandboxToken, whyEnded, type StaffRole } from './session.js';
import { useRoleWords } from './words.js';
import styles from './Staff.module.css';

interface Props {
  /** What the page is. */
  readonly children: ReactNode;
  readonly title: string;
  /** Who it is for. */
  readonly roles: readonly StaffRole[];
}

export function SignIn({ children, title, roles }: Props) {
  const { t } = useLingui();
  const words = useRoleWords();
  const ways = useQuery({ queryKey: ['staff', 'sign-in'], queryFn: () => bodyOf(service.GET('/v1/staff/sign-in')), staleTime: Infinity });
  const going = useMutation({ mutationFn: goToIssuer, retry: false });
  const making = useMutation({ mutationFn: async (role: StaffRole) => { keep({ token: await sandboxToken(role) }); }, retry: false });
  const error = going.error ?? making.error ?? ways.error;
  return (
    <div className={styles['narrow']}>
      <Heading title={title}>{children}</Heading>
      <WhyAgain />
      {error && <Notice kind="bad">{error.message}</Notice>}
      {ways.isPending && <p role="status">{t`One moment…`}</p>}
      {ways.data?.oidc && (
        <>
          <Button isPending={going.isPending} onPress={() => { going.mutate(); }}><Trans>Sign in</Trans></Button>
          <p className={styles['quiet']}><Trans>At {new URL(ways.data.oidc.issuer).host}; you come back to this address.</Trans></p>
        </>
      )}
      {ways.data?.oidc === null && <OwnToken />}
      {ways.data?.sandbox && (
        <>
          <p><Trans>This is a sandbox, in which anybody may enter:</Trans></p>
          <p className={styles['row']}>
            {roles.map((role) => <Button key={role} look="plain" onPress={() => { making.mutate(role); }}>{words.enterAs[role]}</Button>)}
          </p>
        </>
      )}
    </div>
  );
}

function WhyAgain() {
  const ended = whyEnded();
  if (ended === null) return null;
  return (
    <Notice kind="bad">
      {ended.because === 'expired' ? <Trans>Your sign-in has run out. Sign in again: you come back to where you were.</Trans> : <Trans>You are not signed in: {ended.detail}</Trans>}
    </Notice>
  );
}

function OwnToken() {
  const [token, setToken] = useState('');
  const enter = (event: SubmitEvent): void => {
    event.preventDefault();
    if (token.trim() !== '') keep({ token: token.trim() });
  };
  return (
    <>
      <form className={styles['filters']} onSubmit={enter}>
        <label>
          <Trans>Token of your issuer</Trans>
          <input type="password" autoComplete="off" value={token} onChange={(event) => { setToken(event.target.value); }} />
        </label>
        <Button type="submit" look="plain"><Trans>Enter</Trans></Button>
      </form>
      <p className={styles['quiet']}><Trans>It is kept by this tab until it is closed.</Trans></p>
    </>
  );
}
