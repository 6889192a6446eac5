// One random account, lived in time and looked at after every step; what is chosen is what the simulation chooses.
import { epochMs, instant, plusMs, type Instant } from '#kernel';
import type { Command } from '#domain';
import { Carrier, inTimeUntil } from '../simulation/carrier.js';
import { ask, moveOn, opening, surroundings } from '../simulation/choices.js';
import { Coverage } from '../simulation/coverage.js';
import { Random } from '../simulation/random.js';
import { SimulatedLife } from '../simulation/simulated-life.js';
import { moment } from '../stories/life.js';
import { diaryOf } from '../stories/recorded.js';

export interface Scene {
  readonly life: SimulatedLife;
  readonly now: Instant;
  /** Draws that change nothing about what the account does next. */
  readonly aside: Random;
}

const dayMs = 86_400_000;
const quarterMs = 900_000;

/** Throws, with the seed and the diary, what `look` throws. The last step is followed by up to 400 days of nothing. */
export function liveAccount(seed: number, look: (scene: Scene) => void = () => undefined): SimulatedLife {
  const random = new Random(seed);
  const aside = new Random(seed + 0x5eed);
  const born = random.pick(births);
  const life = new SimulatedLife(`account-${seed}`, surroundings(random, born));
  const carrier = new Carrier(new Random(seed + 0xca11), new Coverage());
  const liveUntil = (to: Instant): void => inTimeUntil(life, carrier, to, (at) => void life.ask(carrier.take(at, life.state), at));
  try {
    life.live(born, opening(random, born));
    let now = born;
    for (let step = 0, most = 6 + random.below(18); step < most; step += 1) {
      now = coarse(moveOn(random, life.state, now), now);
      liveUntil(now);
      look({ life, now, aside });
      const asked = ownIds(life.state.accountId, ask(random, life.state, now, step));
      life.ask(carrier.withKept(asked, life.state, now), now);
    }
    liveUntil(plusMs(now, random.pick([1, 40, 400]) * dayMs));
    return life;
  } catch (cause) {
    throw new Error(`SEED=${seed} LIVES=1: ${cause instanceof Error ? cause.message : String(cause)}\n\n${life.state.terms ? diaryOf(life) : ''}`, { cause });
  }
}

/** At midnight in UTC days begin where periods end. */
const births = [
  '2025-10-31T00:00Z', '2026-01-31T00:00Z', '2026-03-15T16:45Z', '2027-12-30T11:30Z', '2028-02-10T08:15Z', '2011-11-20T20:00Z',
].map((text) => moment(text)) as [Instant, ...Instant[]];

/**
 * Begins a day unless a millisecond matters: accounts share their days, so what has to be unique over all of them meets its like.
 * The calendar, most of what a life costs, remembers what it was asked.
 */
function coarse(at: Instant, now: Instant): Instant {
  const ms = epochMs(at) + 1;
  if (ms % quarterMs <= 2) return at;
  return instant(Math.max(epochMs(now), ms - (ms % dayMs)));
}

/** The ids of subscriptions are unique over all accounts, as those are that the service makes. */
const ownIds = (accountId: string, command: Command): Command =>
  command.type === 'Subscribe' ? { ...command, subscriptionId: `${accountId}.${command.subscriptionId}` } : command;

export const seed = Number(process.env['SEED'] ?? 20_261_123);

/** As many as `LIVES` says. */
export const livesOr = (usual: number): number => Number(process.env['LIVES'] ?? usual);

export function must(holds: boolean, objection: string): void {
  if (!holds) throw new Error(objection);
}
