export * from './contact.js';
export * from './migrations.js';
export * from './opt-outs.js';
