import { inEight } from './in-eight.js';

inEight();
await import('../../libs/deadlines/test/consumer.int.spec.js');
