// A table of any length: only the rows in sight are there, more are read as one comes to the end, and arrows, Home, End and letters move about.
import { Trans } from '@lingui/react/macro';
import { Cell, Collection, Column, Row as AriaRow, Table, TableBody, TableHeader, TableLayout, TableLoadMoreItem, Virtualizer } from 'react-aria-components';
import { go } from '../../ui/address.js';
import { At } from '../At.js';
import { accountAddress } from '../places.js';
import { spanText } from '../spans.js';
import type { Column as ShownColumn, Row } from './lists.js';
import { useListWords } from './words.js';
import styles from '../../staff/Staff.module.css';

interface Props {
  readonly name: string;
  readonly columns: readonly ShownColumn[];
  readonly rows: readonly Row[];
  readonly isLoading: boolean;
  readonly onMore: (() => void) | undefined;
}

const rowHeight = 34;

/** What one looks for first stands in colour. */
const toneOf: Readonly<Record<string, string>> = { dead: 'bad', blocked: 'bad', failed: 'bad', failing: 'bad', disabled: 'bad', held: 'bad', done: 'good', fired: 'good', enabled: 'good' };

export const Rows = ({ name, columns, rows, isLoading, onMore }: Props) => {
  const words = useListWords();
  return (
    <Virtualizer layout={TableLayout} layoutOptions={{ rowHeight, headingHeight: rowHeight }}>
      <Table
        aria-label={name} className={styles['table']} selectionMode="none"
        onRowAction={(key) => {
          const accountId = rows.find(({ id }) => id === key)?.accountId;
          if (accountId) go(accountAddress(accountId));
        }}
      >
        <TableHeader columns={columns as ShownColumn[]}>
          {({ id, width }) => <Column id={id} width={width} isRowHeader={id === columns[0]!.id}>{words.columns[id] ?? id}</Column>}
        </TableHeader>
        <TableBody dependencies={[columns]} renderEmptyState={() => <p className={styles['empty']}><Trans>Nothing here.</Trans></p>}>
          <Collection items={rows as Row[]} dependencies={[columns]}>
            {(row) => (
              <AriaRow id={row.id} columns={columns as ShownColumn[]} textValue={String(row.cells[columns[0]!.id] ?? '')}>
                {(column) => <Cell><Shown column={column} value={row.cells[column.id] ?? null} /></Cell>}
              </AriaRow>
            )}
          </Collection>
          {onMore && <TableLoadMoreItem onLoadMore={onMore} isLoading={isLoading}><span className={styles['quiet']}>…</span></TableLoadMoreItem>}
        </TableBody>
      </Table>
    </Virtualizer>
  );
};

function Shown({ column, value }: { readonly column: ShownColumn; readonly value: string | number | null }) {
  if (value === null) return <span className={styles['quiet']}>—</span>;
  if (column.isInstant) return <At at={String(value)} />;
  if (column.id === 'lateness') return <>{spanText(Number(value))}</>;
  const tone = column.id === 'status' ? toneOf[String(value)] : undefined;
  return <span className={tone && styles[tone]} title={String(value)}>{value}</span>;
}
