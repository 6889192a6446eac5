export * from './contradictions.js';
export * from './differences.js';
export type { Fault } from './nodes.js';
export * from './migrations.js';
export * from './policies.js';
export * from './read.js';
export type { PolicyFile } from './shape.js';
export * from './write.js';
