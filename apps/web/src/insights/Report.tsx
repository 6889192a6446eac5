// One report: what is asked for, the chart, the table below it, the files, what the figures mean, and the SQL that makes them.
import { Trans, useLingui } from '@lingui/react/macro';
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useId, useMemo, useState, type ReactNode } from 'react';
import { Refusal } from '../service/client.js';
import { Button } from '../ui/Button.js';
import { Heading } from '../ui/Heading.js';
import { Notice } from '../ui/Notice.js';
import { addressOf, groupsOf, type Asked } from './asked.js';
import { chartOf, type Chart, type HeatMap } from './charts/chart.js';
import { Figure } from './charts/Figure.js';
import { Filters } from './Filters.js';
import { presentations } from './presentations.js';
import { answerOf, download, formats, sqlOf, type Answer, type Definition } from './reading.js';
import { Rows } from './Rows.js';
import { useReportWords } from './words.js';
import desk from '../staff/Staff.module.css';
import styles from './Insights.module.css';

interface Props {
  readonly report: Definition;
  readonly asked: Asked;
}

/** Cancellations are told one by one, in pages, until steps or groups are asked for. */
const isListed = (report: Definition, asked: Asked): boolean => report.name === 'cancellations' && !asked.interval && groupsOf(asked).length === 0;

export function Report({ report, asked }: Props) {
  const { t } = useLingui();
  const title = useReportWords()(report);
  const isList = isListed(report, asked);
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['insights', report.name, asked],
    queryFn: ({ pageParam }) => answerOf(report.name, asked, isList, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <Heading title={title}>{title}</Heading>
      <p lang="en">{report.about}</p>
      <Filters key={`asked ${addressOf(report.name, asked)}`} report={report} asked={asked} />
      <div aria-live="polite">{!data && !error && t`One moment…`}</div>
      {error ? <Failed error={error} /> : data && <Told report={report} asked={asked} title={title} pages={data.pages} isLoading={isFetchingNextPage} onMore={hasNextPage ? fetchNextPage : undefined} />}
      <Meaning report={report} />
      <Sql key={`sql ${addressOf(report.name, asked)}`} report={report.name} asked={asked} />
    </>
  );
}

function Failed({ error }: { readonly error: Error }) {
  const errors = error instanceof Refusal ? (error.problem.errors ?? []) : [];
  return (
    <Notice kind="bad">
      <span lang="en">{error.message}</span>
      {errors.length > 0 && <ul lang="en">{errors.map(({ pointer, message }) => <li key={pointer}><code>{pointer.replace('/query/', '')}</code> {message}</li>)}</ul>}
    </Notice>
  );
}

interface ToldProps extends Props {
  readonly title: string;
  readonly pages: readonly Answer[];
  readonly isLoading: boolean;
  readonly onMore: (() => Promise<unknown>) | undefined;
}

function Told({ report, asked, title, pages, isLoading, onMore }: ToldProps) {
  const table = useId();
  const rows = useMemo(() => pages.flatMap(({ data }) => data), [pages]);
  const chart = useMemo(() => {
    const groups = report.groups.map(({ name }) => name);
    return chartOf(rows, { presentation: presentations[report.name] ?? { as: 'bars', measures: firstFigure(report) }, asked, groups });
  }, [rows, report, asked]);
  const { asOf, position, totals } = pages[0]!;
  if (rows.length === 0) return <Notice><Trans>Nothing in this time, and nothing of what is asked for: ask for more time, or for fewer restrictions.</Trans></Notice>;
  return (
    <>
      {chart ? <Figure chart={chart} name={title} table={table}><Caption chart={chart} /></Figure> : <p className={desk['quiet']}><Trans>One by one: choose steps or groups to see them counted in a chart.</Trans></p>}
      <Rows key={addressOf(report.name, asked)} id={table} name={title} rows={rows} totals={totals} isLoading={isLoading} onMore={onMore} />
      <Downloads report={report.name} asked={asked} />
      <p className={desk['quiet']}><Trans>As of {asOf}, up to position {position} of the log.</Trans></p>
    </>
  );
}

const firstFigure = ({ columns }: Definition): readonly string[] => columns.filter(({ type }) => type === 'whole' || type === 'number').slice(0, 1).map(({ name }) => name);

function Caption({ chart }: { readonly chart: Chart | HeatMap }) {
  const hasUnfinished = chart.as === 'heat' ? chart.cells.some(({ isUnfinished }) => isUnfinished) : chart.steps.some(({ isUnfinished }) => isUnfinished);
  const [drawn, leftOut] = chart.as === 'heat' ? [0, 0] : [chart.series.length, chart.leftOut];
  return (
    <>
      {chart.as === 'heat' && <p><code>{chart.name}</code>. <Trans>Down: when they began. Across: how many steps later.</Trans></p>}
      {chart.as !== 'heat' && chart.series.length === 1 && <p><code>{chart.series[0]!.name}</code></p>}
      {hasUnfinished && <p><Trans>* Not over yet: more may happen in it.</Trans></p>}
      {leftOut > 0 && <p><Trans>The largest {drawn} are drawn; {leftOut} more stand in the table.</Trans></p>}
    </>
  );
}

function Downloads({ report, asked }: { readonly report: string; readonly asked: Asked }) {
  const names = { csv: 'CSV', ndjson: 'NDJSON', parquet: 'Parquet' } as const;
  const saving = useMutation({ mutationFn: (format: (typeof formats)[number]) => download(report, asked, format), retry: false });
  return (
    <div className={desk['row']}>
      <span><Trans>The same as a file:</Trans></span>
      {formats.map((format) => (
        <Button key={format} look="plain" isPending={saving.isPending && saving.variables === format} onPress={() => { saving.mutate(format); }}>{names[format]}</Button>
      ))}
      {saving.error && <Failed error={saving.error} />}
    </div>
  );
}

function Meaning({ report }: { readonly report: Definition }) {
  return (
    <Unfolded title={<Trans>What the figures mean</Trans>}>
      <dl lang="en" className={styles['meaning']}>
        {report.columns.map(({ name, about }) => (
          <div key={name}>
            <dt><code>{name}</code></dt>
            <dd>{about}</dd>
          </div>
        ))}
      </dl>
      {report.total !== null && <p lang="en">{report.total}</p>}
    </Unfolded>
  );
}

function Sql({ report, asked }: { readonly report: string; readonly asked: Asked }) {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(false);
  const { data, error } = useQuery({ queryKey: ['insights', 'sql', report, asked], queryFn: () => sqlOf(report, asked), enabled: isOpen });
  return (
    <Unfolded title={<Trans>The SQL that makes them</Trans>} onOpen={setOpen}>
      {error && <Failed error={error} />}
      {isOpen && !error && !data && t`One moment…`}
      {data && <pre lang="en" className={styles['sql']}>{data}</pre>}
    </Unfolded>
  );
}

const Unfolded = ({ title, onOpen, children }: { readonly title: ReactNode; readonly onOpen?: (isOpen: boolean) => void; readonly children: ReactNode }) => (
  <details className={styles['more']} onToggle={(event) => { onOpen?.(event.currentTarget.open); }}>
    <summary>{title}</summary>
    {children}
  </details>
);
