// An act on a filter: why, what it would be done to, and then how it goes. Nothing is done that was not shown.
import { Plural, Trans } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Aloud } from '../../ui/Aloud.js';
import { Button } from '../../ui/Button.js';
import { Notice } from '../../ui/Notice.js';
import type { ActName } from '../lists/lists.js';
import { useListWords } from '../lists/words.js';
import type { Asked } from '../places.js';
import { perform, show, type ActResult, type Filter, type Wanted } from './acting.js';
import { Examples } from './Examples.js';
import { FilterWords } from './FilterWords.js';
import { Progress } from './Progress.js';
import { Refused } from './Refused.js';
import styles from '../../staff/Staff.module.css';

interface Props {
  readonly act: ActName;
  readonly list: Filter['list'];
  readonly asked: Asked;
  readonly onClose: () => void;
}

export function ActDialog({ act, list, asked, onClose }: Props) {
  const words = useListWords();
  return (
    <ModalOverlay className={styles['veil']} isOpen isDismissable={false} onOpenChange={(isOpen) => { if (!isOpen) onClose(); }}>
      <Modal className={styles['dialog']}>
        <Dialog>
          <Heading slot="title" level={2}>{words.acts[act]}: {words.lists[list]}</Heading>
          <Steps act={act} filter={{ list, ...asked }} onClose={onClose} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Steps({ act, filter, onClose }: { readonly act: ActName; readonly filter: Filter; readonly onClose: () => void }) {
  const words = useListWords();
  const [reason, setReason] = useState('');
  const [part, setPart] = useState<ActResult | null>(null);
  const looking = useMutation({ mutationFn: (wanted: Wanted) => show(wanted), retry: false });
  const doing = useMutation({ mutationFn: ({ wanted, shown }: { readonly wanted: Wanted; readonly shown: string }) => perform(wanted, shown, setPart), retry: false });
  const wanted: Wanted = { act, filter, reason: reason.trim() };
  const shown = looking.data;
  const done = doing.data;
  const error = doing.error ?? looking.error;
  return (
    <>
      <FilterWords filter={filter} />
      <label className={styles['reason']}>
        <Trans>Why? It stands in every event. No e-mail address, no phone number.</Trans>
        <textarea value={reason} maxLength={500} readOnly={doing.isPending || done !== undefined} onChange={(event) => { setReason(event.target.value); }} />
      </label>
      {error && <Refused error={error} />}
      {/* What was pressed is gone by then. */}
      <Aloud focus={done ? 1 : 0}>{done && <Notice kind="good"><Trans>Done: {done.changed} changed, {done.refused} refused.</Trans></Notice>}</Aloud>
      {!done && shown && (
        <div aria-live="polite">
          <p>
            <strong><Plural value={shown.matched} one="It would be done to # entry." other="It would be done to # entries." /></strong>{' '}
            {shown.more && <Trans>There are more: do these first, and then the rest.</Trans>}
          </p>
          <Examples of={shown.examples} />
        </div>
      )}
      {doing.isPending && part && <Progress of={part} />}
      {done && done.refused > 0 && <Examples of={done.examples} />}
      <div className={styles['row']}>
        {!done && (
          <Button look="plain" isDisabled={wanted.reason === '' || looking.isPending || doing.isPending} onPress={() => { doing.reset(); looking.mutate(wanted); }}>
            <Trans>Show what it would do</Trans>
          </Button>
        )}
        {!done && shown && shown.left > 0 && (
          <Button look="plain" isDisabled={wanted.reason === '' || doing.isPending} onPress={() => { doing.mutate({ wanted, shown: shown.actId }); }}>
            <Trans>Do it: {words.acts[act]} ({shown.matched})</Trans>
          </Button>
        )}
        <Button look="plain" onPress={onClose}>{done ? <Trans>Close</Trans> : <Trans>Leave it</Trans>}</Button>
      </div>
    </>
  );
}
