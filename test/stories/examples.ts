// Runs examples written as data: what has been lived, what is asked, and all that follows.
import { describe, expect, it } from '@jest/globals';
import { dayMs, type Instant } from '#kernel';
import type { LossKind, Command, MembershipEvent, RefusalCode } from '#domain';
import { Life, moment, type Surroundings } from './life.js';

/** An instant and what is asked then; nothing asked: time alone. */
export type Step = readonly [at: Instant, ...asked: readonly Command[]];

/** Of `data` only what is named is compared; of what happens, everything. */
export type Expected =
  | readonly [type: MembershipEvent['type'], at: Instant, data?: Readonly<Record<string, unknown>>]
  | readonly [refused: 'refused', code: RefusalCode, detail?: Readonly<Record<string, unknown>>];

export interface Example {
  /** Lived, every command accepted. */
  readonly given: readonly Step[];
  readonly when: Step;
  /** Every event and refusal, in order; an empty list says that nothing happens. */
  readonly then: readonly Expected[];
  readonly under?: Surroundings;
}

/** A loss that comes at `at` is announced that many times 24 hours before. */
export const announced = (loss: LossKind, at: Instant, daysLeft: number): Expected => ['LossAnnounced', moment(at, -daysLeft * dayMs), { loss, at, daysLeft }];

const isRefused = (expected: Expected): expected is Extract<Expected, readonly ['refused', ...unknown[]]> => expected[0] === 'refused';

export const lived = (steps: readonly Step[], under?: Surroundings): Life =>
  steps.reduce((life, [at, ...asked]) => life.live(at, ...asked), new Life('acc', under));

/** Every event and refusal of the last step, in order. */
export function outcome({ given, when: [at, ...asked], under }: Example): readonly unknown[] {
  const life = lived(given, under);
  const told: unknown[] = [];
  let seen = life.happened.length;
  const tell = (refusal: unknown) => {
    told.push(...life.events.slice(seen), ...(refusal === null ? [] : [refusal]));
    seen = life.happened.length;
  };
  life.bringUpToDate(at);
  tell(null);
  for (const command of asked) tell(life.ask(command, at));
  return told;
}

export function examples(title: string, all: Readonly<Record<string, Example>>): void {
  describe(title, () => {
    it.each(Object.entries(all))('%s', (_, example) => {
      const expected = example.then.map((one) =>
        isRefused(one)
          ? { refused: one[1], ...(one[2] && { detail: one[2] }) }
          : { type: one[0], effectiveAt: one[1], ...(one[2] && { data: one[2] }) },
      );
      expect(outcome(example)).toMatchObject(expected);
    });
  });
}
