export * from './conditions.js';
export * from './data-source.js';
export * from './database.js';
export * from './turns.js';
