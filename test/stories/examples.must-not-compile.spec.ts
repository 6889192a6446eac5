// What must not compile: an example that forgets to look. The lines are checked with the types of the whole repository.
import { describe, expect, it } from '@jest/globals';
import type { Example } from './examples.js';

// @ts-expect-error nothing says what follows
const withoutThen: Example = { given: [], when: ['2026-01-01T00:00:00.000Z' as never] };
// @ts-expect-error nothing is asked
const withoutWhen: Example = { given: [], then: [] };
// @ts-expect-error nothing says where it begins
const withoutGiven: Example = { when: ['2026-01-01T00:00:00.000Z' as never], then: [] };
// @ts-expect-error there is no such event
const withUnknownEvent: Example = { given: [], when: ['2026-01-01T00:00:00.000Z' as never], then: [['PlanVanished', '2026-01-01T00:00:00.000Z' as never]] };
// @ts-expect-error there is no such refusal
const withUnknownRefusal: Example = { given: [], when: ['2026-01-01T00:00:00.000Z' as never], then: [['refused', 'because']] };

describe('an example', () => {
  it('has three keys, none of which can be left out', () => {
    expect([withoutThen.given, withoutWhen.given, withoutGiven.then, withUnknownEvent.given, withUnknownRefusal.given]).toEqual([[], [], [], [], []]);
  });
});
