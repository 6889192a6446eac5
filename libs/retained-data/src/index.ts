export * from './category.js';
export * from './migrations.js';
export * from './retained-data.js';
