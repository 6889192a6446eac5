export * from './kept-answers.js';
export * from './migrations.js';
