export type { RebuildProgress } from './checkpoints.js';
export * from './folded.js';
export * from './migrations.js';
export { PastTables, type MadePast, type PastProgress } from './past-tables.js';
export * from './projection.js';
export * from './projections.js';
export type { Difference } from './verify.js';
