// Whole stories, told as a diary: what a customer would read about their own year.
import { describe, expect, it } from '@jest/globals';
import type { Instant } from '#kernel';
import type { Command } from '#domain';
import { applyTenDlc, approveTenDlc, autoRecharge, blocked, buyNumber, cancel, collected, completePurge, failed, hold, open, resume, retried, settled, subscribe, topUp } from './commands.js';
import { Life, moment } from './life.js';
import { diaryOf } from './recorded.js';

const losAngeles = open({ timeZone: 'America/Los_Angeles', numberBillingAnchorDay: 15 });
const start = moment('2026-03-30T07:00Z');
const E = moment('2026-04-30T07:00Z');
const D14 = moment('2026-05-14T07:00Z');

/** A diary as it stands here, without what indents it. */
const text = (indented: string): string => `${indented.trim().replaceAll(/^ {6}/gm, '')}\n`;

const story = (...steps: readonly (readonly [Instant, ...Command[]])[]): string => {
  const life = new Life('acc');
  for (const [at, ...asked] of steps) life.live(at, ...asked);
  return diaryOf(life);
};

describe('a year after the last plan', () => {
  const left = [
    [start, losAngeles, subscribe('messaging-monthly'), topUp(1000), buyNumber('n0'), buyNumber('n1'), buyNumber('n2'), applyTenDlc(), approveTenDlc],
    [moment('2026-04-10T17:00Z'), cancel()],
  ] as const;
  const givenUp = [[D14, settled('n0'), settled('n1')], [moment('2026-05-14T07:02Z'), settled('n2', 'already-gone')]] as const;

  it('while the cancellation is pending', () => {
    expect(story(...left)).toBe(text(`
      Account acc, America/Los_Angeles, at 2026-04-10 10:00

      2026-03-30 Mon
        00:00  The account was opened.
        00:00  Started messaging-monthly, first period until 2026-04-30 00:00.
        00:00  49.00 USD to be collected from the card.
        00:00  10.00 USD went into the wallet.
        00:00  A phone number was added (purchased). (3 times)
        00:00  Applied for a 10DLC registration.
        00:00  The 10DLC registration was approved.

      2026-04-10 Fri
        10:00  Cancelled messaging-monthly; it runs until 2026-04-30 00:00.
        10:00  Auto-recharge rests: no plan will renew.

      Still to come, if nothing changes

      2026-04-15 Wed
        00:00  6.00 USD for 3 numbers leave the wallet.

      2026-04-30 Thu
        00:00  messaging-monthly ends; its features stop.

      2026-05-14 Thu
        00:00  All purchased phone numbers are released and cannot be restored.

      2026-05-30 Sat
        00:00  The 10DLC registration expires; who comes back later applies again.

      2027-04-30 Fri
        00:00  Campaigns, messages, contacts, reports and all personal data are permanently deleted.
    `));
  });

  it('to the end', () => {
    expect(story(...left, [moment(E, -1), hold(E)], ...givenUp, [moment('2027-04-30T07:00Z'), { type: 'LiftLegalHold', holdId: 'hold' }], [moment('2027-04-30T07:00Z'), completePurge({})])).toBe(text(`
      Account acc, America/Los_Angeles, at 2027-04-30 00:00

      2026-03-30 Mon
        00:00  The account was opened.
        00:00  Started messaging-monthly, first period until 2026-04-30 00:00.
        00:00  49.00 USD to be collected from the card.
        00:00  10.00 USD went into the wallet.
        00:00  A phone number was added (purchased). (3 times)
        00:00  Applied for a 10DLC registration.
        00:00  The 10DLC registration was approved.

      2026-04-10 Fri
        10:00  Cancelled messaging-monthly; it runs until 2026-04-30 00:00.
        10:00  Auto-recharge rests: no plan will renew.

      2026-04-15 Wed
        00:00  6.00 USD for 3 numbers left the wallet.

      2026-04-29 Wed
        23:59:59.999  A legal hold stops the deletion.

      2026-04-30 Thu
        00:00  messaging-monthly ended, the last plan of the account.

      2026-05-07 Thu
        00:00  7 days left until the phone numbers are released, on 2026-05-14 00:00.

      2026-05-13 Wed
        00:00  1 day left until the phone numbers are released, on 2026-05-14 00:00.

      2026-05-14 Thu
        00:00  The release of 3 numbers began.
        00:00  A phone number was released. (2 times)
        00:02  A phone number was gone at the carrier already.
        00:02  All numbers are settled, 3 of them released.

      2026-05-23 Sat
        00:00  7 days left until the 10DLC registration expires, on 2026-05-30 00:00.

      2026-05-30 Sat
        00:00  The 10DLC registration expired.

      2027-04-30 Fri
        00:00  A legal hold was lifted.
        00:00  The deletion of all data began.
        00:00  All data is deleted.

      Nothing is still to come.
    `));
  });

  it('cut short by coming back on day 20', () => {
    expect(story(...left, ...givenUp, [moment('2026-05-20T07:00Z'), subscribe('messaging-annual', { as: 'again' })], [moment('2026-06-15T07:00Z')])).toBe(text(`
      Account acc, America/Los_Angeles, at 2026-05-20 00:00

      2026-03-30 Mon
        00:00  The account was opened.
        00:00  Started messaging-monthly, first period until 2026-04-30 00:00.
        00:00  49.00 USD to be collected from the card.
        00:00  10.00 USD went into the wallet.
        00:00  A phone number was added (purchased). (3 times)
        00:00  Applied for a 10DLC registration.
        00:00  The 10DLC registration was approved.

      2026-04-10 Fri
        10:00  Cancelled messaging-monthly; it runs until 2026-04-30 00:00.
        10:00  Auto-recharge rests: no plan will renew.

      2026-04-15 Wed
        00:00  6.00 USD for 3 numbers left the wallet.

      2026-04-30 Thu
        00:00  messaging-monthly ended, the last plan of the account.

      2026-05-07 Thu
        00:00  7 days left until the phone numbers are released, on 2026-05-14 00:00.

      2026-05-13 Wed
        00:00  1 day left until the phone numbers are released, on 2026-05-14 00:00.

      2026-05-14 Thu
        00:00  The release of 3 numbers began.
        00:00  A phone number was released. (2 times)
        00:02  A phone number was gone at the carrier already.
        00:02  All numbers are settled, 3 of them released.

      2026-05-20 Wed
        00:00  Came back on messaging-annual until 2027-05-20 00:00; lost meanwhile: numbers.
        00:00  490.00 USD to be collected from the card.
        00:00  Auto-recharge works again.

      Still to come, if nothing changes

      2027-05-20 Thu
        00:00  messaging-annual renews.
    `));
  });
});

describe('a release that is half done', () => {
  const numbers = ['n0', 'n1', 'n2', 'n3', 'n4'];
  const left = [
    [start, open({ timeZone: 'America/Los_Angeles', numberBillingAnchorDay: 25 }), subscribe('messaging-monthly'), topUp(10_000), ...numbers.map((id) => buyNumber(id)), buyNumber('n5', 'ported'), cancel()],
    [D14, settled('n0'), blocked('n1')],
    [moment('2026-05-15T16:00Z'), retried('n1')],
    [moment('2026-05-15T16:01Z'), settled('n1')],
    [moment('2026-05-15T17:00Z'), blocked('n2', 'port-out-pending')],
  ] as const;

  it('two gone, one blocked, one in progress, one not asked for, when the customer comes back', () => {
    expect(
      story(...left, [moment('2026-05-16T07:00Z'), subscribe('messaging-annual', { as: 'again', keeping: ['n4'] })], [moment('2026-05-16T07:03Z'), settled('n3')], [moment('2026-05-25T07:00Z')]),
    ).toBe(text(`
      Account acc, America/Los_Angeles, at 2026-05-25 00:00

      2026-03-30 Mon
        00:00  The account was opened.
        00:00  Started messaging-monthly, first period until 2026-04-30 00:00.
        00:00  49.00 USD to be collected from the card.
        00:00  100.00 USD went into the wallet.
        00:00  A phone number was added (purchased). (5 times)
        00:00  A phone number was added (ported).
        00:00  Cancelled messaging-monthly; it runs until 2026-04-30 00:00.
        00:00  Auto-recharge rests: no plan will renew.

      2026-04-25 Sat
        00:00  12.00 USD for 6 numbers left the wallet.

      2026-04-30 Thu
        00:00  messaging-monthly ended, the last plan of the account.

      2026-05-07 Thu
        00:00  7 days left until the phone numbers are released, on 2026-05-14 00:00.

      2026-05-13 Wed
        00:00  1 day left until the phone numbers are released, on 2026-05-14 00:00.

      2026-05-14 Thu
        00:00  The release of 5 numbers began.
        00:00  A phone number was released.
        00:00  The release of a phone number is blocked at the carrier.

      2026-05-15 Fri
        09:00  The carrier is asked again for a phone number.
        09:01  A phone number was released.
        10:00  The release of a phone number is blocked at the carrier.

      2026-05-16 Sat
        00:00  Came back on messaging-annual until 2027-05-16 00:00; lost meanwhile: numbers.
        00:00  Kept, for the carrier had not been asked yet: 1 phone number.
        00:00  490.00 USD to be collected from the card.
        00:00  Auto-recharge works again.
        00:03  A phone number was released.

      2026-05-25 Mon
        00:00  6.00 USD for 3 numbers left the wallet.

      Still to come, if nothing changes

      2026-06-25 Thu
        00:00  6.00 USD for 3 numbers leave the wallet.

      2027-05-16 Sun
        00:00  messaging-annual renews.
    `));
  });
});

describe('two plans', () => {
  it('that end one after the other, one of them after a change of mind', () => {
    expect(
      story(
        [start, losAngeles, subscribe('messaging-monthly'), subscribe('calling-monthly', { trialDays: 14 }), topUp(500), autoRecharge(500, 2000), buyNumber('n0')],
        [moment('2026-04-10T17:00Z'), cancel(), cancel('calling')],
        [moment('2026-04-13T06:59:59.999Z'), resume('calling')],
        [moment('2026-04-16T07:00Z'), failed('messaging.1'), collected('acc.recharge.2026-04-15T07:00:00.000Z')],
        [moment('2026-05-02T07:00Z'), cancel('calling'), collected('messaging.1')],
        [moment('2026-05-13T07:00Z')],
      ),
    ).toBe(text(`
      Account acc, America/Los_Angeles, at 2026-05-13 00:00

      2026-03-30 Mon
        00:00  The account was opened.
        00:00  Started messaging-monthly, first period until 2026-04-30 00:00.
        00:00  49.00 USD to be collected from the card.
        00:00  Started calling-monthly, first period until 2026-04-13 00:00.
        00:00  5.00 USD went into the wallet.
        00:00  Auto-recharge was switched on.
        00:00  A phone number was added (purchased).

      2026-04-10 Fri
        10:00  Cancelled messaging-monthly; it runs until 2026-04-30 00:00.
        10:00  Cancelled calling-monthly; it runs until 2026-04-13 00:00.
        10:00  Auto-recharge rests: no plan will renew.

      2026-04-12 Sun
        23:59:59.999  Resumed calling-monthly; the cancellation is undone.
        23:59:59.999  Auto-recharge works again.

      2026-04-13 Mon
        00:00  Renewed calling-monthly until 2026-05-13 00:00.
        00:00  59.00 USD to be collected from the card.

      2026-04-15 Wed
        00:00  20.00 USD to be collected from the card for the wallet.
        00:00  2.00 USD for 1 number left the wallet.

      2026-04-16 Thu
        00:00  49.00 USD could not be collected from the card.
        00:00  Payment failed, 49.00 USD owed.
        00:00  20.00 USD were charged to the card for the wallet.

      2026-04-30 Thu
        00:00  messaging-monthly ended.

      2026-05-02 Sat
        00:00  Cancelled calling-monthly; it runs until 2026-05-13 00:00.
        00:00  Auto-recharge rests: no plan will renew.
        00:00  49.00 USD were collected from the card.
        00:00  The debt of period 1 was paid.

      2026-05-13 Wed
        00:00  calling-monthly ended, the last plan of the account.

      Still to come, if nothing changes

      2026-05-20 Wed
        00:00  7 days left until the phone numbers are released.

      2026-05-26 Tue
        00:00  1 day left until the phone numbers are released.

      2026-05-27 Wed
        00:00  All purchased phone numbers are released and cannot be restored.

      2027-04-13 Tue
        00:00  30 days left until all data is deleted.

      2027-05-06 Thu
        00:00  7 days left until all data is deleted.

      2027-05-12 Wed
        00:00  1 day left until all data is deleted.

      2027-05-13 Thu
        00:00  Campaigns, messages, contacts, reports and all personal data are permanently deleted.
    `));
  });
});
