export * from './cancellation-rows.js';
export { totalsOf, type Cell, type Column, type ColumnType, type ReportRow } from './columns.js';
export { analystRole } from './documented-view.js';
export * from './migrations.js';
export * from './projections.js';
export * from './reports.js';
export { intervals, waysToNarrow, type Interval, type ReportRequest } from './request.js';
export { withValues } from './statement.js';
