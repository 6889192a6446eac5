export * from './canonical-json.js';
export * from './carried-out.js';
export * from './certificate.js';
export * from './comparison.js';
export * from './public-keys.js';
export * from './receipt.js';
export * from './report.js';
export * from './signed.js';
