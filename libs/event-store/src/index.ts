export * from './catalogue.js';
export * from './event-store.js';
export * from './fragments.js';
export * from './migrations.js';
export type { Known, Newer } from './newer.js';
export * from './snapshots.js';
export * from './uuid.js';
