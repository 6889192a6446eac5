export type { RebuildProgress } from './checkpoints.js';
export * from './folded.js';
export * from './migrations.js';
export * from './projection.js';
export * from './projections.js';
export type { Difference } from './verify.js';
