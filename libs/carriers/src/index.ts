export * from './carrier.js';
export { carrierFrom, carrierNameFrom, CarrierNotConfigured, type Environment } from './configuration.js';
