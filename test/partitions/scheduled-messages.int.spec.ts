import { inEight } from './in-eight.js';

inEight();
await import('../../libs/scheduled-messages/src/scheduled-messages.int.spec.js');
