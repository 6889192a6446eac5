export * from './claims.js';
export * from './engine.js';
export * from './import.js';
export * from './imported-accounts.js';
export * from './imports.js';
export * from './migrations.js';
