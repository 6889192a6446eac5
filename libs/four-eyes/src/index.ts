export * from './asked-acts.js';
export * from './migrations.js';
