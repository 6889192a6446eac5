export * from './catalogue.js';
export * from './event-store.js';
export * from './fragments.js';
export * from './migrations.js';
export type { Known, Newer, NewerLimits } from './newer.js';
export { type Passage, type PassageAsked, type PlaceInLog, UnknownPlace } from './passages.js';
export * from './snapshots.js';
export * from './uuid.js';
export { isOfPast, ofPast, type Past, type Place, type Wanted } from './wanted.js';
