// One list: its filter, which is its address; its rows; and what can be done to all that the filter means.
import { Trans, useLingui } from '@lingui/react/macro';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { Button } from '../../ui/Button.js';
import { go } from '../../ui/address.js';
import { Heading } from '../../ui/Heading.js';
import { Notice } from '../../ui/Notice.js';
import { ActDialog } from '../acts/ActDialog.js';
import type { Filter } from '../acts/acting.js';
import { addressOf, type Asked, type ListName } from '../places.js';
import { listOf, type ActName, type Field } from './lists.js';
import { Rows } from './Rows.js';
import { useListWords } from './words.js';
import styles from '../../staff/Staff.module.css';

interface Props {
  readonly list: ListName;
  readonly asked: Asked;
  readonly acts: boolean;
}

export function ListPlace({ list, asked, acts }: Props) {
  const words = useListWords();
  const [acting, setActing] = useState<ActName | null>(null);
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: ['ops', list, asked],
    queryFn: ({ pageParam }) => listOf[list].page(asked, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const rows = data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      <Heading title={words.lists[list]}>{words.lists[list]}</Heading>
      <Filters key={addressOf(list, asked)} list={list} asked={asked} />
      {error && <Notice kind="bad">{error.message}</Notice>}
      <div className={styles['row']}>
        <p aria-live="polite"><Count shown={rows.length} hasMore={hasNextPage} isPending={isPending} /></p>
        <Button look="plain" onPress={() => void refetch()}><Trans>Refresh</Trans></Button>
        {!acts && <span className={styles['quiet']}><Trans>You may look: acts are for operators.</Trans></span>}
        {acts && listOf[list].acts.map((act) => (
          <Button key={act} look="plain" onPress={() => { setActing(act); }}>{words.acts[act]}…</Button>
        ))}
      </div>
      <Rows name={words.lists[list]} columns={listOf[list].columns} rows={rows} isLoading={isFetchingNextPage} onMore={hasNextPage ? () => void fetchNextPage() : undefined} />
      {acting !== null && isActedOn(list) && <ActDialog act={acting} list={list} asked={asked} onClose={() => { setActing(null); void refetch(); }} />}
    </>
  );
}

const isActedOn = (list: ListName): list is Filter['list'] => listOf[list].acts.length > 0;

function Count({ shown, hasMore, isPending }: { readonly shown: number; readonly hasMore: boolean; readonly isPending: boolean }) {
  const { t } = useLingui();
  if (isPending) return <>{t`One moment…`}</>;
  return hasMore ? <Trans>{shown} and more</Trans> : <Trans>{shown} in all</Trans>;
}

function Filters({ list, asked }: { readonly list: ListName; readonly asked: Asked }) {
  const words = useListWords();
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const said = new FormData(event.currentTarget);
    go(addressOf(list, Object.fromEntries(listOf[list].fields.map(({ name }) => [name, textOf(said.get(name)).trim()]))));
  };
  return (
    <form className={styles['filters']} onSubmit={submit}>
      {listOf[list].fields.map((field) => (
        <label key={field.name}>
          {words.fields[field.name]}
          <Input field={field} value={asked[field.name] ?? ''} />
        </label>
      ))}
      <Button type="submit" look="plain"><Trans>Filter</Trans></Button>
    </form>
  );
}

const textOf = (said: FormDataEntryValue | null): string => (typeof said === 'string' ? said : '');

function Input({ field: { name, of }, value }: { readonly field: Field; readonly value: string }) {
  const { t } = useLingui();
  if (!of) return <input name={name} defaultValue={value} autoComplete="off" {...(name === 'dueBefore' && { placeholder: '2026-01-31T00:00:00Z' })} />;
  return (
    <select name={name} defaultValue={value}>
      <option value="">{t`all`}</option>
      {of.map((one) => <option key={one} value={one}>{one}</option>)}
    </select>
  );
}
