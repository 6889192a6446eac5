export * from './holders.js';
export * from './migrations.js';
