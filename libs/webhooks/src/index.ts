export * from './deliveries.js';
export * from './endpoints.js';
export * from './engine.js';
export { everyType, type Tell, testType, type Told } from './message.js';
export * from './migrations.js';
export type { WebhookObserver } from './observer.js';
export { failureReasons, type FailureReason, type SenderSettings } from './sender.js';
export * from './targets.js';
