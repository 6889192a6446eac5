// Why something has not happened, in words.
import { useLingui } from '@lingui/react/macro';
import type { DeadlineWhy, EffectWhy } from './why.js';

export function useWhyWords(): { readonly deadline: Readonly<Record<DeadlineWhy, string>>; readonly effect: Readonly<Record<EffectWhy, string>> } {
  const { t } = useLingui();
  const both = {
    follows: t`It follows when it is due.`,
    due: t`It is due, and is carried out within seconds.`,
    'no-worker': t`It is due, and no worker is alive to carry it out.`,
    clock: t`The clock has jumped, and nobody has confirmed it: nothing that is due is carried out.`,
    again: t`It failed, and is tried again by itself.`,
    dead: t`It failed too often. Nothing happens until an operator tries it again.`,
    void: t`Nobody waits for it any more: the account has moved on.`,
  };
  return {
    deadline: {
      ...both,
      hold: t`A legal hold stands: nothing is deleted until the last one is lifted.`,
      'taken-over': t`It was due when the account was taken over, or its account holds it: it waits until an operator lets it go.`,
      fired: t`It has happened.`,
    },
    effect: {
      ...both,
      paused: t`A pause holds it.`,
      attempting: t`A worker is asking for it just now.`,
      waiting: t`The far side is at work on it, and is asked again.`,
      blocked: t`The far side said no. Nothing happens until an operator tries it again or settles it.`,
      done: t`It is settled.`,
    },
  };
}
