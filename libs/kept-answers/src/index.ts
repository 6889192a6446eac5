export * from './answer-due.js';
export * from './kept-answers.js';
export * from './migrations.js';
