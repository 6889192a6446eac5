// What the roles of staff are called.
import { useLingui } from '@lingui/react/macro';
import type { StaffRole } from './session.js';

interface RoleWords {
  readonly enterAs: Readonly<Record<StaffRole, string>>;
  /** What somebody in it may do. */
  readonly may: Readonly<Record<StaffRole, string>>;
}

export function useRoleWords(): RoleWords {
  const { t } = useLingui();
  return {
    enterAs: { operator: t`Enter as operator`, viewer: t`Enter as viewer`, analyst: t`Enter as analyst` },
    may: { operator: t`You may act`, viewer: t`You may look`, analyst: t`You may read reports` },
  };
}
