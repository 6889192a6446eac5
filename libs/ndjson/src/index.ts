export * from './lines.js';
export * from './streamed.js';
