import { inEight } from './in-eight.js';

inEight();
await import('../writing/batches.int.spec.js');
