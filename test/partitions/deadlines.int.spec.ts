import { inEight } from './in-eight.js';

inEight();
await import('../../libs/deadlines/test/deadlines.int.spec.js');
