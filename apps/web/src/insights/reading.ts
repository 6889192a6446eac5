// The reports as the service tells them: what there are, the rows of one, the SQL that makes it, and the same rows as a file.
import { bodyOf, type Schemas } from '../service/client.js';
import { save } from '../ui/SaveText.js';
import { staff } from '../staff/session.js';
import type { Asked } from './asked.js';
import type { Row } from './charts/chart.js';

export type Definition = Schemas['AnalyticsDefinitions']['data'][number];

export interface Answer {
  readonly data: readonly Row[];
  /** What adds up over all rows; `null`: of several currencies. */
  readonly totals: Readonly<Record<string, number | null>>;
  readonly asOf: string;
  readonly position: number;
  readonly next: string | null;
}

export const formats = ['csv', 'ndjson', 'parquet'] as const;
export type Format = (typeof formats)[number];

/** Reports have names of their own and take the same query: one of them stands for all. */
const pathOf = (report: string) => `/v1/analytics/${encodeURIComponent(report)}` as '/v1/analytics/cancellations';

/** As the address has it: the service says what of it cannot be. */
const query = (asked: Asked, more: Readonly<Record<string, string | number>> = {}) => ({ ...asked, ...more }) as never;

export const definitions = async (): Promise<readonly Definition[]> => (await bodyOf(staff.GET('/v1/analytics'))).data;

const pageRows = 1000;

/** `after`: of a list, the `next` of the page before. */
export const answerOf = (report: string, asked: Asked, isList: boolean, after: string | undefined): Promise<Answer> =>
  bodyOf(staff.GET(pathOf(report), { params: { query: query(asked, isList ? { limit: pageRows, ...(after !== undefined && { after }) } : {}) } }) as Promise<{ data?: Answer; error?: Schemas['Problem'] }>);

export const sqlOf = async (report: string, asked: Asked): Promise<string> =>
  bodyOf(staff.GET('/v1/analytics/{report}/sql', { params: { path: { report }, query: query(asked) }, parseAs: 'text' }));

/** Saves what is asked for as the service writes it. */
export async function download(report: string, asked: Asked, format: Format): Promise<void> {
  const content = await bodyOf(staff.GET(pathOf(report), { params: { query: query(asked, { format }) }, parseAs: 'blob' }) as Promise<{ data?: Blob; error?: Schemas['Problem'] }>);
  save(`${report}.${format}`, content);
}
