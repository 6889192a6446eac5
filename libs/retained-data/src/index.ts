export * from './category.js';
export * from './data-accesses.js';
export * from './migrations.js';
export * from './platform-file.js';
export * from './platform-tables.js';
export type * from './purged-batch.js';
export { contactsIn, type FaultOf } from './records.js';
export * from './retained-data.js';
