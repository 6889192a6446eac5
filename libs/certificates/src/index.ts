export * from './canonical-json.js';
export * from './certificate.js';
export * from './public-keys.js';
export * from './report.js';
export * from './signed.js';
