// While the clock is in doubt access goes by time; what moves money or cannot be undone waits.
import { expect, it } from '@jest/globals';
import type { Instant } from '#kernel';
import { buyNumber, cancel } from '../../../../test/stories/commands.js';
import { lived, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { asked, D30, one } from '../../test/consequences.js';
import { builtInPolicy } from '../built-in-policy.js';
import { bringUpToDate } from './decide.js';

const happened = (steps: readonly Step[], now: Instant) => bringUpToDate(lived(steps).state, now, { policy: builtInPolicy, unsent: {}, clockInDoubt: true }).steps.map(({ deadline }) => deadline?.kind);

it('whoever looks sees access go by time, and nothing that moves money or cannot be undone', () => {
  expect(happened([...one, [asked, buyNumber('n0'), cancel()]], moment('2027-04-30T07:00Z'))).toEqual(['period-end', 'purge-data']);
  expect(happened([...one, [asked, buyNumber('n0')]], D30)).toEqual([]);
});
