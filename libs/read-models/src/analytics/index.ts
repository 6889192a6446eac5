export * from './migrations.js';
export * from './projections.js';
