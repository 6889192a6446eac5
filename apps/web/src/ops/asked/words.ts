// What staff cannot undo, in words: what it is called, what it does, and how it stands with it.
import { useLingui } from '@lingui/react/macro';
import type { AskedStatus } from './asking.js';

interface ActWords {
  readonly name: string;
  readonly does: string;
}

interface AskedWords {
  /** By the act; of one that only a newer release knows, its own name. */
  readonly act: (act: string) => ActWords;
  readonly status: Readonly<Record<AskedStatus, string>>;
}

export function useAskedWords(): AskedWords {
  const { t } = useLingui();
  const acts: Readonly<Record<string, ActWords>> = {
    'start-erasure': { name: t`Erase an account`, does: t`All personal data of the account is deleted, for good.` },
    'lift-legal-hold': { name: t`Lift a legal hold`, does: t`If it is the last one that stands, a deletion that is overdue begins.` },
    'end-pause': { name: t`End a pause`, does: t`All that the pause holds is carried out.` },
    'confirm-clock': { name: t`Confirm the clock`, does: t`All that waited for the clock is carried out.` },
    'accept-findings': { name: t`Accept findings`, does: t`What the search after a purge has found counts as nobody’s, and the purge ends.` },
    'retry-deadline': { name: t`Try a deadline again`, does: t`What the deadline takes is taken, unless the account has moved on.` },
    'settle-effect': { name: t`Settle an effect`, does: t`It counts as settled elsewhere, and nobody is asked for it again.` },
    'act-on-many': { name: t`Act on many`, does: t`The act may be carried out by who asked for it, on exactly what was shown.` },
  };
  return {
    act: (act) => acts[act] ?? { name: act, does: act },
    status: { waiting: t`waits`, confirmed: t`confirmed`, declined: t`declined`, lapsed: t`lapsed` },
  };
}
