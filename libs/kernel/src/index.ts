export * from './civil.js';
export * from './event.js';
export * from './grouped.js';
export * from './money.js';
export * from './once-for-each.js';
export * from './refusal.js';
export * from './time.js';
