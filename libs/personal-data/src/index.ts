export * from './fragments.js';
export * from './key-sources.js';
export { MasterKeyError, MasterKeyMissing, MasterKeys } from './master-keys.js';
export * from './migrations.js';
export * from './personal-data.js';
