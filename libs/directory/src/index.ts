export * from './directory.js';
export * from './migrations.js';
