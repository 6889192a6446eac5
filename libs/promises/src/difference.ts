// In what a candidate keeps a promise otherwise than it was made.
import type { Instant } from '#kernel';

/**
 * - `nearer`, `later`: a date. What is later than it was told is allowed (A5), and said.
 * - `amount`: money that is not what was shown.
 * - `gone`: what was promised does not follow. `appears`: what follows was not promised.
 */
export type Difference = {
  /** The consequence, `number-fees` or `credit`. */
  readonly kind: string;
  /** `carried-out`: by going on to the last deadline. `told`: by telling the same cancellation once more. */
  readonly by: 'carried-out' | 'told';
} & (
  | { readonly what: 'nearer' | 'later'; readonly promised: Instant; readonly would: Instant }
  | { readonly what: 'amount'; readonly at: Instant; readonly promised: number; readonly would: number }
  | { readonly what: 'gone' | 'appears'; readonly at: Instant }
);

/** Whether the gate is closed because of it. */
export const closes = ({ what }: Difference): boolean => what !== 'later';

export function inWords(one: Difference): string {
  const how = one.by === 'told' ? 'if it were told now' : 'going on';
  switch (one.what) {
    case 'nearer':
    case 'later':
      return `${one.kind}: promised for ${one.promised}, ${how} at ${one.would}: ${one.what}`;
    case 'amount':
      return `${one.kind} of ${one.at}: promised ${one.promised}, ${how} ${one.would} (minor units)`;
    case 'gone':
      return `${one.kind}: promised for ${one.at}, ${how} not at all`;
    case 'appears':
      return `${one.kind}: not promised, ${how} at ${one.at}`;
  }
}

/** Of two dates of one thing. */
export const ofDates = (kind: string, by: Difference['by'], promised: Instant, would: Instant): readonly Difference[] =>
  promised === would ? [] : [{ kind, by, what: would < promised ? 'nearer' : 'later', promised, would }];
