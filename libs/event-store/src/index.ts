export * from './catalogue.js';
export * from './event-store.js';
export * from './fragments.js';
export * from './migrations.js';
export * from './uuid.js';
