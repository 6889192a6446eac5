export * from './collected.js';
export * from './excess.js';
export * from './lines.js';
export * from './streamed.js';
