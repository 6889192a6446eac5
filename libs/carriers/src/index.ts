export * from './callbacks.js';
export * from './carrier.js';
export { carrierFrom, carrierNameFrom } from './configuration.js';
export { CarrierNotConfigured, type Environment } from './variables.js';
