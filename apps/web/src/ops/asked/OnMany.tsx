// An act on many that was asked for: what it would be done to, and, once it is confirmed, the way for who asked to carry it out.
import { Plural, Trans } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Aloud } from '../../ui/Aloud.js';
import { Button } from '../../ui/Button.js';
import { Notice } from '../../ui/Notice.js';
import type { Me } from '../../staff/me.js';
import { perform, type ActResult } from '../acts/acting.js';
import { Examples } from '../acts/Examples.js';
import { FilterWords } from '../acts/FilterWords.js';
import { Progress } from '../acts/Progress.js';
import { useListWords } from '../lists/words.js';
import { useActOnMany, type AskedAct } from './asking.js';

interface Props {
  readonly actId: string;
  readonly asked: AskedAct;
  readonly me: Me;
}

export function OnMany({ actId, asked: { status, askedBy }, me }: Props) {
  const words = useListWords();
  const { data, error, refetch } = useActOnMany(actId);
  const [part, setPart] = useState<ActResult | null>(null);
  const doing = useMutation({
    mutationFn: ({ act, filter, reason }: Pick<ActResult, 'act' | 'filter' | 'reason'>) => perform({ act, filter, reason: reason ?? '' }, actId, setPart),
    retry: false, onSettled: () => refetch(),
  });
  if (!data) return error && <Notice kind="bad">{error.message}</Notice>;
  const { act, targets } = data;
  return (
    <>
      <p>
        <strong>{words.acts[act.act]}: {words.lists[act.filter.list]}</strong>{' '}
        <Plural value={act.matched} one="# entry" other="# entries" />
      </p>
      <FilterWords filter={act.filter} />
      <Examples of={targets} />
      {doing.error && <Notice kind="bad">{doing.error.message}</Notice>}
      <Aloud focus={doing.data ? 1 : 0}>{doing.data && <Notice kind="good"><Trans>Done: {doing.data.changed} changed, {doing.data.refused} refused.</Trans></Notice>}</Aloud>
      {doing.isPending && part && <Progress of={part} />}
      {status === 'confirmed' && act.left > 0 && (askedBy === me.subject && me.role === 'operator' ? (
        <Button look="plain" isPending={doing.isPending} onPress={() => { doing.mutate(act); }}><Trans>Do it: {words.acts[act.act]} ({act.left})</Trans></Button>
      ) : <p><Trans>It is for {askedBy} to carry it out.</Trans></p>)}
    </>
  );
}
