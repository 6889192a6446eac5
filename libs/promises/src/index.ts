export * from './difference.js';
export * from './gate.js';
