// What only records a wish is counted: so often on a local day of the account, and no more.
import { describe, expect, it } from '@jest/globals';
import { plusMs, type Instant } from '#kernel';
import { attempt, autoRecharge, cancel, change, changePlan, confirm, failed, requestTopUp, resume } from '../../../../test/stories/commands.js';
import { examples, lived, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { asked, start, subscribed } from '../../test/cancellation.js';
import type { Command } from './commands.js';
import { wishesMost } from './wishes.js';

/** Of the day on which all is asked, in Los Angeles. */
const midnight = moment('2026-04-11T07:00Z');

interface Wishing {
  readonly before?: Command;
  /** Each time something else. */
  readonly wish: (n: number) => Command;
  readonly after?: (n: number) => Command;
}

const wishes: Readonly<Record<string, Wishing>> = {
  ChangeAccount: { wish: (n) => change({ name: `Name ${n}` }) },
  ChangePlan: { wish: (n) => changePlan(n % 2 === 0 ? 'messaging-annual' : 'messaging-monthly') },
  AttemptCancellation: { wish: (n) => attempt({ attemptId: `attempt-${n}` }) },
  ResumeSubscription: { before: cancel(), wish: () => resume() },
  ConfigureAutoRecharge: { wish: (n) => autoRecharge(n + 1, 500) },
  RequestTopUp: { wish: (n) => requestTopUp(100, `charge-${n}`), after: (n) => failed(`charge-${n}`) },
};

function wished(type: string, times: number, at: Instant = asked): Step {
  const { before, wish, after } = wishes[type]!;
  return [at, ...Array.from({ length: times }, (_, n) => [...(before ? [before] : []), wish(n), ...(after ? [after(n)] : [])]).flat()];
}

describe.each(Object.keys(wishes))('%s', (type) => {
  const { before, wish } = wishes[type]!;

  it('is refused once it was done so often on the day, until the next begins where the account is', () => {
    const life = lived([...subscribed, wished(type, wishesMost), [asked, ...(before ? [before] : [])]]);
    const written = life.events.length;
    expect(life.ask(wish(wishesMost), asked)).toEqual({
      refused: 'too_many_requests', passing: true, detail: { most: wishesMost, retryAt: midnight, retryAfterSeconds: 14 * 3_600 },
    });
    expect(life.ask(wish(wishesMost), plusMs(midnight, -1))).toMatchObject({ refused: 'too_many_requests' });
    expect(life.events).toHaveLength(written);
    expect(life.ask(wish(wishesMost), midnight)).toBeNull();
  });
});

describe('a day', () => {
  it('is not begun anew by another time zone', () => {
    const life = lived([...subscribed, [asked, change({ timeZone: 'Pacific/Kiritimati' })], wished('ChangeAccount', wishesMost - 1)]);
    expect(life.ask(change({ name: 'Bea' }), asked)).toMatchObject({ refused: 'too_many_requests', detail: { retryAt: midnight } });
  });

  it('counts each kind by itself', () => {
    const life = lived([...subscribed, ...Object.keys(wishes).filter((type) => type !== 'ResumeSubscription').map((type) => wished(type, wishesMost))]);
    expect(life.ask(cancel(), asked)).toBeNull();
    expect(life.ask(resume(), asked)).toBeNull();
  });
});

describe('what is never counted', () => {
  it('is a cancellation, which is accepted to the end, in one step or two', () => {
    const life = lived([...subscribed, wished('ResumeSubscription', wishesMost - 1), wished('AttemptCancellation', wishesMost)]);
    expect(life.ask(confirm({ attemptId: `attempt-${wishesMost - 1}` }), asked)).toBeNull();
    expect(life.ask(resume(), asked)).toBeNull();
    expect(life.ask(cancel(), asked)).toBeNull();
  });

  it('is a charge that nobody wished for', () => {
    const life = lived([...subscribed, wished('RequestTopUp', wishesMost - 1, start)]);
    expect(life.ask(requestTopUp(100, 'last'), start)).toBeNull();
  });

  it('is what changes nothing', () => {
    const life = lived([...subscribed, wished('ConfigureAutoRecharge', wishesMost)]);
    expect(life.ask(wishes['ConfigureAutoRecharge']!.wish(wishesMost - 1), asked)).toBeNull();
  });
});

examples('what changes nothing', {
  'is an account that is told what it is': {
    given: subscribed,
    when: [asked, change({ timeZone: 'America/Los_Angeles' })],
    then: [],
  },
  'is a plan that is scheduled already': { given: [...subscribed, [asked, changePlan('messaging-annual')]], when: [asked, changePlan('messaging-annual')], then: [] },
  'is auto-recharge as it is': { given: [...subscribed, [asked, autoRecharge(300, 500, true)]], when: [asked, autoRecharge(300, 500, true)], then: [] },
});
