import { inEight } from './in-eight.js';

inEight();
await import('../../libs/retained-data/src/retained-data.int.spec.js');
