export * from './category.js';
export * from './migrations.js';
export type * from './purged-batch.js';
export * from './retained-data.js';
