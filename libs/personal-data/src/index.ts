export * from './master-keys.js';
export * from './migrations.js';
export * from './personal-data.js';
