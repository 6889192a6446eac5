// What the customer reads of the operators' work: that it was done, and not a word of what was written about it.
import { describe, expect, it } from '@jest/globals';
import { instant } from '#kernel';
import { spokenLanguages } from '../language.js';
import { noteFieldOf } from '../operators/notes.js';
import { asWritten } from '../wording.js';
import { membershipEvents, type MembershipEvent } from './events.js';
import { describe as tell } from './words.js';

const at = instant('2026-03-01T08:00:00Z');
const event = (type: string, data: object): MembershipEvent => ({ type, effectiveAt: at, data }) as MembershipEvent;
const outcomes = ['released', 'already-gone', 'settled-elsewhere'];
const noted = membershipEvents.map(({ type }) => type).filter((type) => noteFieldOf(type) !== undefined);

describe('the sentence of', () => {
  it.each([...noted, 'NumberReleaseBlocked', 'TenDlcDeregistrationBlocked', 'NoticeBlocked'])('%s holds no reason', (type) => {
    for (const spoken of spokenLanguages) for (const outcome of outcomes) {
      const told = tell(event(type, { outcome, part: 'campaign', message: 'plan-ended', reason: 'zq written', note: 'zq written', reviewAt: at }), { ...asWritten, spoken });
      expect(told).toMatch(/^[A-Z].*\.$/);
      expect(told).not.toMatch(/zq|null|undefined/);
    }
  });
});
