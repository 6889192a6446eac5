import { inEight } from './in-eight.js';

inEight();
await import('../../libs/event-store/src/event-store.int.spec.js');
