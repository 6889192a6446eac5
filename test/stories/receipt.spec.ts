// A year of which everything was promised and everything came: the receipt and the certificate agree, and not where the customer did otherwise.
import { describe, expect, it } from '@jest/globals';
import { certificateOf, comparisonOf, receiptOf } from '#certificates';
import type { Unsent } from '#domain';
import { applyTenDlc, approveTenDlc, buyNumber, cancel, completePurge, hold, lift, open, removeNumber, resume, settled, subscribe, topUp } from './commands.js';
import { lived, type Step } from './examples.js';
import { moment } from './life.js';
import { recorded } from './recorded.js';

const start = moment('2026-03-30T07:00Z');
const asked = moment('2026-04-10T17:00Z');
const E = moment('2026-04-30T07:00Z');
const P = moment('2027-04-30T07:00Z');
const unsent: Unsent = { sms: { count: 1, amount: 40 }, rvm: { count: 2, amount: 100 } };
/** The carriers' answers. */
const released = (...numberIds: readonly string[]): Step => [moment('2026-06-01T00:00Z'), ...numberIds.map((numberId) => settled(numberId))];
const furnished: Step = [start, open({ timeZone: 'America/Los_Angeles' }), subscribe('messaging-monthly'), topUp(500), buyNumber('n0'), buyNumber('n1'), buyNumber('n2'), applyTenDlc(), approveTenDlc];

function compared(...steps: readonly Step[]) {
  const events = recorded(lived([furnished, ...steps, [E], released('n0', 'n1', 'n2'), [P], [P, completePurge()]], { unsent: { messaging: unsent } }));
  return beside('messaging', events);
}

const beside = (subscriptionId: string, events: ReturnType<typeof recorded>) => comparisonOf(receiptOf('acc', subscriptionId, events)!, certificateOf('acc', events)!)!;

describe('a receipt beside the certificate', () => {
  it('was kept to the day and the cent', () => {
    const { report, kept } = compared([asked, cancel('messaging', { unsent })]);
    expect(report.match(/: as promised/g)).toHaveLength(7);
    expect(kept).toBe(true);
    expect(report).toContain('number fees of 2026-04-30T07:00:00.000Z: promised 6.00 USD for 3, fell due 6.00 USD for 3, the wallet paid 5.00 USD: as promised, and the wallet paid 1.00 USD less than promised');
  });

  it('is of the last cancellation, where an earlier one was taken back', () => {
    expect(compared([start, cancel('messaging', { unsent }), resume()], [asked, cancel('messaging', { unsent })]).kept).toBe(true);
  });

  it('holds of two plans at once, whichever ends first, with the fees to the end of both', () => {
    const [april, late] = [moment('2026-04-05T07:00Z'), moment('2027-05-05T07:00Z')];
    const events = recorded(lived([
      [start, open({ timeZone: 'America/Los_Angeles', numberBillingAnchorDay: 3 }), subscribe('messaging-monthly'), topUp(5000), buyNumber('n0')],
      [april, subscribe('calling-monthly')],
      [asked, cancel('calling'), cancel('messaging', { unsent })],
      [E], released('n0'), [late], [late, completePurge()],
    ], { unsent: { messaging: unsent } }));
    for (const plan of ['messaging', 'calling']) {
      const { report, kept } = beside(plan, events);
      expect([plan, kept, report.match(/number fees of \S+/g)]).toEqual([plan, true, ['number fees of 2026-05-03T07:00:00.000Z:']]);
    }
  });

  it('shows a fee that was avoided, and messages that were sent meanwhile', () => {
    const { report, kept } = compared([asked, cancel('messaging', { unsent: { ...unsent, sms: { count: 3, amount: 120 } } }), removeNumber('n0')]);
    expect(kept).toBe(false);
    expect(report).toContain('promised 6.00 USD for 3, fell due 4.00 USD for 2, the wallet paid 4.00 USD: less than promised');
    expect(report).toContain('credit for unsent sms: promised 1.20 USD for 3, happened 0.40 USD for 1: less than promised');
  });

  it('of a deletion that a legal hold has put off says until when, and that this was not promised', () => {
    const lifted = moment('2027-06-01T00:00Z');
    const events = recorded(lived([furnished, [asked, cancel('messaging', { unsent })], [E], released('n0', 'n1', 'n2'), [moment('2027-01-01T00:00Z'), hold(lifted)], [P], [lifted, lift()], [lifted, completePurge()]], { unsent: { messaging: unsent } }));
    const { report, kept } = beside('messaging', events);
    expect([kept, report.match(/: as promised/g)?.length]).toEqual([false, 6]);
    expect(report).toContain('purge-data: promised 2027-04-30T07:00:00.000Z, happened 2027-06-01T00:00:00.000Z: later than promised, held by a legal hold until 2027-06-01T00:00:00.000Z\n');
  });

  it('of who came back, and cancelled again later, is kept until then, and the later one to its end', () => {
    const [back, again, over] = [moment('2026-05-20T07:00Z'), moment('2026-06-20T07:00Z'), moment('2027-06-20T07:00Z')];
    const events = recorded(lived([
      furnished, [asked, cancel('messaging', { unsent })], [E], [moment('2026-05-14T07:00Z'), settled('n0'), settled('n1'), settled('n2')], [back, subscribe('messaging-monthly', { as: 'again' }), cancel('again', { unsent })],
      [again], [over], [over, completePurge()],
    ], { unsent: { messaging: unsent } }));
    const first = beside('messaging', events);
    expect([first.kept, first.report]).toEqual([true, expect.stringContaining('  the customer came back on 2026-05-20T07:00:00.000Z: messaging-monthly was begun\n')]);
    expect(first.report).toContain('release-numbers: promised 2026-05-14T07:00:00.000Z, happened 2026-05-14T07:00:00.000Z: as promised\n');
    expect(first.report).toMatch(/purge-data: promised 2027-04-30T07:00:00.000Z, happened 2027-06-20T07:00:00.000Z: later than promised, since the customer came back on 2026-05-20T07:00:00.000Z\n/);
    const last = beside('again', events);
    expect([last.kept, last.report]).toEqual([true, expect.not.stringContaining('came back')]);
  });

  it('tells two cancellations of one instant apart', () => {
    const events = recorded(lived([furnished, [asked, cancel('messaging', { unsent }), resume(), cancel('messaging', { unsent })], [E], released('n0', 'n1', 'n2'), [P], [P, completePurge()]], { unsent: { messaging: unsent } }));
    const taken = events.slice(0, events.findIndex(({ type }) => type === 'SubscriptionResumed'));
    const certificate = certificateOf('acc', events)!;
    expect(comparisonOf(receiptOf('acc', 'messaging', taken)!, certificate)).toEqual({ kept: true, report: expect.stringContaining('was taken back') });
    expect(comparisonOf(receiptOf('acc', 'messaging', events)!, certificate)!.report).not.toContain('was taken back');
  });
});
