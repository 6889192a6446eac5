// The rows of a report, a page at a time: what the chart shows and more, as it stands in the files.
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { Button } from '../ui/Button.js';
import type { Cell, Row } from './charts/chart.js';
import desk from '../staff/Staff.module.css';
import styles from './Insights.module.css';

interface Props {
  readonly id: string;
  readonly name: string;
  /** At least one. */
  readonly rows: readonly Row[];
  readonly totals: Readonly<Record<string, number | null>>;
  /** Gets those that the service has not told yet; absent: these are all. */
  readonly onMore: (() => Promise<unknown>) | undefined;
  readonly isLoading: boolean;
}

const pageRows = 100;

export function Rows({ id, name, rows, totals, onMore, isLoading }: Props) {
  const { t } = useLingui();
  const [first, setFirst] = useState(0);
  const columns = Object.keys(rows[0]!);
  const shown = rows.slice(first, first + pageRows);
  const [from, to, all] = [first + 1, first + shown.length, rows.length];
  const next = async (): Promise<void> => {
    if (first + pageRows >= rows.length) await onMore?.();
    setFirst(first + pageRows);
  };
  return (
    <>
      {/* What scrolls has to be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={desk['scrolls']} role="group" aria-label={name} tabIndex={0}>
        <table id={id} className={`${desk['plain']} ${styles['rows']}`}>
          <thead><tr>{columns.map((column) => <th key={column} scope="col" className={isNumber(rows[0]![column]) ? desk['number'] : undefined}><code>{column}</code></th>)}</tr></thead>
          <tbody>
            {shown.map((row, index) => (
              <tr key={first + index}>{columns.map((column) => <Shown key={column} value={row[column] ?? null} />)}</tr>
            ))}
          </tbody>
          {Object.keys(totals).length > 0 && (
            <tfoot>
              <tr>
                {columns.map((column, index) => {
                  if (totals[column] !== undefined) return <Shown key={column} value={totals[column]} />;
                  return index === 0 ? <th key={column} scope="row"><Trans>Total</Trans></th> : <td key={column} />;
                })}
              </tr>
            </tfoot>
          )}
        </table>
      </div>
      <div className={desk['row']}>
        <p aria-live="polite">{onMore ? <Trans>Rows {from} to {to} of more than {all}</Trans> : <Trans>Rows {from} to {to} of {all}</Trans>}</p>
        <Button look="plain" isDisabled={first === 0} onPress={() => { setFirst(Math.max(0, first - pageRows)); }}>{t`Before`}</Button>
        <Button look="plain" isDisabled={to >= all && !onMore} isPending={isLoading} onPress={() => void next()}>{t`Next`}</Button>
      </div>
    </>
  );
}

const isNumber = (value: Cell | undefined): boolean => typeof value === 'number';

/** Nothing is rounded and no instant is put into words: it is what the files have. */
function Shown({ value }: { readonly value: Cell }) {
  if (value === null) return <td className={desk['quiet']}>—</td>;
  return <td className={isNumber(value) ? desk['number'] : undefined}>{String(value)}</td>;
}
