export * from './callbacks-heard.js';
export * from './checker.js';
export * from './compare.js';
export * from './findings.js';
export * from './migrations.js';
export * from './runs.js';
