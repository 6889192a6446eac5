import { inEight } from './in-eight.js';

inEight();
await import('../../libs/personal-data/src/personal-data.int.spec.js');
