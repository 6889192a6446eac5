// What an operator wrote can be taken out of an event without touching anything else, and every event that holds a reason of theirs is known.
import { describe, expect, it } from '@jest/globals';
import { membershipEvents } from '../membership/events.js';
import { noteFieldOf } from './notes.js';

describe("operators' notes", () => {
  it('are the only sealed field of their event', () => {
    const noted = membershipEvents.filter(({ type }) => noteFieldOf(type) !== undefined);
    expect(noted.map(({ type }) => type).sort()).toEqual([
      'CustomerNotified', 'DeadlineRetried', 'LegalHoldPlaced', 'NoticeRetried', 'NumberReleaseRetried', 'NumberReleased', 'TenDlcDeregistered', 'TenDlcDeregistrationRetried',
    ]);
    for (const { type, personal } of noted) expect([type, personal]).toEqual([type, [noteFieldOf(type)]]);
  });
});
