export * from './message.js';
export * from './migrations.js';
export * from './reports.js';
export * from './scheduled-messages.js';
