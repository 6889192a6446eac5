export * from './conditions.js';
export * from './data-source.js';
export * from './database.js';
export { Deferred } from './deferred.js';
export { isTimeLimit, Retry, sqlState, violatedConstraint } from './errors.js';
export * from './turns.js';
