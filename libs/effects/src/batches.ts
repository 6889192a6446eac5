// How effects are put together into calls: what failed before travels in smaller company, so that one poisoned row cannot spoil the others for long.

export interface Batchable {
  readonly failures: number;
  readonly order: string | null;
}

/** A row that failed `n` times shares its call with a tenth to the power of `n` of what a call may take. */
const companyOf = (failures: number, batchMost: number): number => Math.max(1, Math.floor(batchMost / 10 ** Math.min(failures, 9)));

/** In the order of the rows; those with an order and those without do not share a call. `calls` at most, so some rows may be left over. */
export function batchesOf<Row extends Batchable>(rows: readonly Row[], batchMost: number, calls: number): Row[][] {
  const open = new Map<string, Row[]>();
  const batches: Row[][] = [];
  for (const row of rows) {
    const most = companyOf(row.failures, batchMost);
    const like = `${most} ${row.order !== null}`;
    const batch = open.get(like);
    if (batch && batch.length < most) {
      batch.push(row);
    } else if (batches.length < calls) {
      const begun = [row];
      open.set(like, begun);
      batches.push(begun);
    }
  }
  return batches;
}
