// A page for some of the staff: who is nobody yet signs in, who is somebody else is told so.
import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Notice } from '../ui/Notice.js';
import { useMe, type Me } from './me.js';
import { SignIn } from './SignIn.js';
import { useToken, type StaffRole } from './session.js';

interface Props {
  /** Of the window while nobody is signed in. */
  readonly title: string;
  /** What the page is called where one signs in. */
  readonly name: ReactNode;
  readonly roles: readonly StaffRole[];
  readonly children: (me: Me) => ReactNode;
}

export function Staffed({ title, name, roles, children }: Props) {
  const { t } = useLingui();
  const token = useToken();
  const { data: me, error } = useMe();
  if (token === null) return <SignIn title={title} roles={roles}>{name}</SignIn>;
  if (error) return <Notice kind="bad">{error.message}</Notice>;
  if (!me) return <p role="status">{t`One moment…`}</p>;
  if (!roles.includes(me.role)) return <Notice kind="bad"><Trans>Your role is {me.role}. This page is for: {roles.join(', ')}.</Trans></Notice>;
  return <>{children(me)}</>;
}
