export * from './migrations.js';
export * from './staff-reads.js';
