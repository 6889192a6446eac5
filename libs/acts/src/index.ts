export * from './act.js';
export * from './acts.js';
export * from './migrations.js';
