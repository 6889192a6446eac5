import { inEight } from './in-eight.js';

inEight();
await import('../../apps/worker/test/ended.int.spec.js');
