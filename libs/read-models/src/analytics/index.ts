export * from './cancellation-rows.js';
export type { Cell, Column, ColumnType, ReportRow } from './columns.js';
export * from './migrations.js';
export * from './projections.js';
export * from './reports.js';
export { intervals, waysToNarrow, type Interval, type ReportRequest } from './request.js';
