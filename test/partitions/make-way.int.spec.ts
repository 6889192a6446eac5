import { inEight } from './in-eight.js';

inEight();
await import('../../libs/effects/test/make-way.int.spec.js');
