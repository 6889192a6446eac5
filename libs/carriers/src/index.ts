export { BandwidthCarrier, type BandwidthSettings } from './bandwidth.js';
export * from './carrier.js';
export { carrierFrom, carrierNameFrom, CarrierNotConfigured, type Environment } from './configuration.js';
export { TelnyxCarrier, type TelnyxSettings } from './telnyx.js';
export { TwilioCarrier, type TwilioSettings } from './twilio.js';
