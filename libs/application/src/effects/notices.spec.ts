// What customers are told of, and what is moot once the account has gone on.
import { describe, expect, it } from '@jest/globals';
import type { Instant } from '#kernel';
import { builtInPolicy, noMembership } from '#domain';
import type { Intent } from '#effects';
import { applyTenDlc, approveTenDlc, buyNumber, cancel, change, changePlan, erase, hold, open, removeNumber, resume, settled, subscribe } from '../../../../test/stories/commands.js';
import { lived, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { recorded } from '../../../../test/stories/recorded.js';
import { noticeTarget } from './notice-targets.js';
import { noticesOf } from './notices.js';

const start = moment('2026-03-30T00:00Z');
const E = moment('2026-04-30T00:00Z');
const D14 = moment('2026-05-14T00:00Z');
const D30 = moment('2026-05-30T00:00Z');
const P = moment('2027-04-30T00:00Z');

/** Every notice of a life, as if each step had been written for itself. */
function asked(steps: readonly Step[]): readonly Intent[] {
  return steps.flatMap((_, index) => {
    const [before, after] = [index === 0 ? null : lived(steps.slice(0, index)), lived(steps.slice(0, index + 1))];
    const versionBefore = before?.happened.length ?? 0;
    return noticesOf(after.events.slice(versionBefore), { before: before?.state ?? noMembership('acc'), state: after.state, versionBefore });
  });
}

const messageIn = ({ subject }: Intent): string => subject.slice(0, subject.lastIndexOf('.'));
const told = (steps: readonly Step[]): readonly (readonly [string, Instant])[] => asked(steps).map((intent) => [messageIn(intent), intent.dueAt]);

/** Those of the first steps that there is still something to say of after all of them. */
function left(steps: readonly Step[], ...more: readonly Step[]): readonly string[] {
  const life = lived([...steps, ...more]);
  return asked(steps).filter((intent) => noticeTarget(intent, life.state, recorded(life), null, builtInPolicy) !== null).map(messageIn);
}

const setUp: Step = [start, open(), subscribe('messaging-monthly'), buyNumber('n0'), applyTenDlc(), approveTenDlc];
const leaving: readonly Step[] = [setUp, [start, cancel()]];

describe('a customer is told', () => {
  it('of the whole way out, each on its day', () => {
    expect(told([...leaving, [E], [D14], [D14, settled('n0')], [D30], [moment('2027-04-29T12:00Z')], [P]])).toEqual([
      ['cancellation-confirmed', start],
      ['plan-ended', E],
      ['loss-announced', moment('2026-05-07T00:00Z')], ['loss-announced', moment('2026-05-13T00:00Z')],
      ['numbers-released', D14],
      ['loss-announced', moment('2026-05-23T00:00Z')],
      ['ten-dlc-expired', D30],
      ['loss-announced', moment('2027-03-31T00:00Z')], ['loss-announced', moment('2027-04-23T00:00Z')], ['loss-announced', moment('2027-04-29T00:00Z')],
      ['data-purged', P],
    ]);
  });

  it('under an id that names the event, and until when it is of use', () => {
    const steps: readonly Step[] = [...leaving, [moment('2026-05-07T00:00Z')]];
    const announced = lived(steps).events.findIndex(({ type }) => type === 'LossAnnounced') + 1;
    expect(asked(steps).at(-1)).toEqual({ kind: 'notify', subject: `loss-announced.${announced}`, generation: 1, dueAt: moment('2026-05-07T00:00Z'), neededBy: D14 });
  });

  it('of a plan that goes on, and of an erasure nothing but that', () => {
    expect(told([...leaving, [start, resume()]])).toEqual([['cancellation-confirmed', start], ['subscription-resumed', start]]);
    const late = moment('2026-05-02T00:00Z');
    expect(told([...leaving, [E], [late, erase()]]).slice(2)).toEqual([['data-purged', late]]);
  });

  it('once a year that a plan renews by itself, whatever plan it was or becomes', () => {
    const renewals = (planId: string, ...more: readonly Step[]) =>
      told([[start, open(), subscribe(planId)], ...more, [moment('2029-04-01T00:00Z')]]).filter(([message]) => message === 'annual-reminder').map(([, at]) => at.slice(0, 10));
    expect(renewals('messaging-monthly')).toEqual(['2027-03-30', '2028-03-30', '2029-03-30']);
    expect(renewals('messaging-annual')).toEqual(['2027-03-30', '2028-03-30', '2029-03-30']);
    const annualFromAugust: Step = [moment('2026-08-10T00:00Z'), changePlan('messaging-annual')];
    expect(renewals('messaging-monthly', annualFromAugust)).toEqual(['2027-08-30', '2028-08-30']);
    const monthlyAgain: Step = [moment('2027-01-10T00:00Z'), changePlan('messaging-monthly')];
    expect(renewals('messaging-monthly', annualFromAugust, monthlyAgain)).toEqual(['2027-08-30', '2028-03-30', '2029-03-30']);
  });
});

describe('there is nothing left to say', () => {
  const day7: Step = [moment('2026-05-07T00:00Z')];

  it('of what was taken back', () => {
    expect(left(leaving)).toEqual(['cancellation-confirmed']);
    expect(left(leaving, [start, resume()])).toEqual([]);
    expect(left([...leaving, [start, resume()]], [start, cancel()])).toEqual([]);
    expect(left([...leaving, [start, resume()], [start, cancel()]])).toEqual(['cancellation-confirmed']);
  });

  it('to whoever came back', () => {
    const ended: readonly Step[] = [...leaving, [E], day7];
    expect(left(ended)).toEqual(['cancellation-confirmed', 'plan-ended', 'loss-announced']);
    const back: Step = [moment('2026-05-08T00:00Z'), subscribe('messaging-monthly', { as: 'again' })];
    expect(left(ended, back)).toEqual([]);
    // Nobody had written the end before.
    expect(left([...leaving, back])).toEqual([]);
    expect(left([...leaving, [back[0], subscribe('messaging-monthly', { as: 'again' }), cancel('again')]])).toEqual(['cancellation-confirmed']);
  });

  it('of a loss that has come, that is announced again, that is held, or that takes nothing', () => {
    const announcements = (...more: readonly Step[]) => left([...leaving, [E], day7], ...more).filter((message) => message === 'loss-announced');
    expect(announcements()).toHaveLength(1);
    expect(announcements([moment('2026-05-13T00:00Z')])).toEqual([]);
    expect(announcements([D14])).toEqual([]);
    expect(announcements([day7[0], removeNumber('n0')])).toEqual([]);
    const purgeNear: readonly Step[] = [...leaving, [moment('2027-04-29T00:00Z')]];
    expect(left(purgeNear)).toContain('loss-announced');
    expect(left(purgeNear, [moment('2027-04-29T00:00Z'), hold(moment('2028-01-01T00:00Z'))])).not.toContain('loss-announced');
  });

  it('of anything but the purge once it begins', () => {
    expect(left([...leaving, [P]])).toEqual(['data-purged']);
  });
});

describe('a notice', () => {
  const targetOf = (steps: readonly Step[]) => {
    const life = lived(steps);
    const target = noticeTarget(asked(steps)[0]!, life.state, recorded(life), 'https://acme.example/membership', builtInPolicy);
    return target?.kind === 'notify' ? target.mail : null;
  };

  it('goes to the address and in the language there are now', () => {
    expect(targetOf(leaving)).toMatchObject({ to: 'ada@example.com', language: 'en', message: 'cancellation-confirmed' });
    expect(targetOf([...leaving, [start, change({ email: 'new@example.com', locale: 'es' })]])).toMatchObject({ to: 'new@example.com', language: 'es' });
  });

  it('speaks only of what is at stake, by what was told', () => {
    const { text } = targetOf(leaving)!;
    expect(text).toContain('phone numbers are released');
    expect(targetOf([[start, open(), subscribe('messaging-monthly'), cancel()]])!.text).not.toContain('phone numbers are released');
  });
});
