export * from './conditions.js';
export * from './data-source.js';
export * from './database.js';
export { Deferred } from './deferred.js';
export { isTimeLimit, Retry, sqlState, violatedConstraint } from './errors.js';
export * from './keys.js';
export { createByShard, type Layout, type LayoutAsked, LayoutDiffers, layoutIn } from './layout.js';
export * from './turns.js';
