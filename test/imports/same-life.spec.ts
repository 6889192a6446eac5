// Who was taken over is who lived the same life here: the same is shown, and the same follows. `SEED` and `LIVES` say which and how many.
import { describe, expect, it } from '@jest/globals';
import { dayMs, plusMs } from '#kernel';
import { nextDue } from '#domain';
import { Random } from '../simulation/random.js';
import { Life } from '../stories/life.js';
import { anyLived, broughtBy, canBeTold, letGo, shown, since, told } from './lives.js';

const seed = Number(process.env['SEED'] ?? 20_261_127);
const lives = Number(process.env['LIVES'] ?? 200);

/** Months, a release, an expiry, and the year. */
const later = [1, 10, 20, 40, 100, 400];

describe('an account that was taken over', () => {
  const met = new Map<string, number>();
  const meet = (what: string): void => void met.set(what, (met.get(what) ?? 0) + 1);

  function compare(drawn: number): void {
    const { life: here, now } = anyLived(new Random(drawn));
    if (!canBeTold(here)) return meet('cannot be told');
    const there = new Life('acc');
    const command = told(here);
    expect(there.ask(command, now)).toBeNull();
    expect(nextDue(there.state, now)).toBeUndefined();
    expect(there.fired).toEqual([]);
    expect(there.events.filter(({ type }) => ['CardChargeRequested', 'LossAnnounced', 'NumberFeesCharged', 'NumberReleaseStarted', 'PurgeStarted'].includes(type))).toEqual([]);
    const imported = there.events.at(-1)!;
    expect(imported.type === 'AccountImported' && imported.data.held.map(({ kind }) => kind)).toEqual(broughtBy(here, now));
    for (const kind of broughtBy(here, now)) meet(`held: ${kind}`);
    letGo(there, now);
    expect(shown(there.state)).toEqual(shown(here.state));
    const [placeThere, placeHere] = [there.happened.length, here.happened.length];
    for (const days of later) {
      const at = plusMs(now, days * dayMs);
      for (const life of [there, here]) life.bringUpToDate(at);
      expect(shown(there.state)).toEqual(shown(here.state));
    }
    expect(since(there, placeThere)).toEqual(since(here, placeHere));
    expect(there.refolded()).toEqual(there.state);
    for (const { status } of command.subscriptions) meet(status);
    if (command.subscriptions.some(({ cancellation, endedAt }) => cancellation && endedAt === null)) meet('pending');
    if (command.numbers.length > 0) meet('numbers');
    if (command.tenDlc) meet(`10DLC: ${command.tenDlc.status}`);
    if (command.subscriptions.length > 1) meet('several plans');
    if (here.state.lifecycle > 1) meet('came back');
    if (command.holds.length > 0) meet('hold');
  }

  it(`is shown as the same, and the same happens to it, ${lives} times from seed ${seed}`, () => {
    for (let index = 0; index < lives; index += 1) {
      try {
        compare(seed + index);
      } catch (cause) {
        throw new Error(`SEED=${seed + index} LIVES=1: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      }
    }
  });

  if (lives >= 200) {
    it('was met in every state that can be told', () => {
      const wanted = ['trialing', 'active', 'past_due', 'ended', 'pending', 'numbers', '10DLC: pending', '10DLC: active', '10DLC: expired', 'several plans', 'came back', 'hold', 'held: release-numbers', 'held: expire-ten-dlc'];
      expect(wanted.filter((what) => !met.has(what))).toEqual([]);
      expect(met.get('cannot be told') ?? 0).toBeLessThan(lives / 4);
    });
  }
});
