export type { DatedLoss, FactsOf, MessageFacts, PlanName, Tidings } from './facts.js';
export { isLocale } from './languages.js';
export { noticeOf, type Addressee, type Notice, type Occasion } from './notice.js';
export { templateVersions } from './versions.js';
