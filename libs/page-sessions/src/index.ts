export * from './migrations.js';
export * from './page-sessions.js';
export * from './public-url.js';
