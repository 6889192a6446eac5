export * from './auditor.js';
export * from './findings-table.js';
export * from './look.js';
export * from './migrations.js';
export * from './rules.js';
