// What an act on many is: what is done, to what of a list, what was shown of it before, and what became of each.
import type { Instant } from '#kernel';

export const actNames = ['retry', 'settle', 'hold', 'let-go', 'pause'] as const;
export type ActName = (typeof actNames)[number];

export const actLists = ['deadlines', 'effects', 'pauses', 'purges', 'webhook-endpoints', 'legal-holds', 'clock-stops'] as const;
export type ActList = (typeof actLists)[number];

/** What of a list is meant; what is absent is not asked for. */
export interface ActFilter {
  readonly list: ActList;
  readonly kind?: string;
  readonly status?: string;
  readonly carrier?: string;
  /** Stands in what was said of the failure. */
  readonly error?: string;
  readonly accountId?: string;
  readonly dueBefore?: Instant;
  /** One entry, by its id. */
  readonly id?: string;
  /** What that act has changed, or made. */
  readonly actId?: string;
}

/** One entry that an act is about, as it was when it was shown. */
export interface Target {
  readonly id: string;
  readonly accountId: string | null;
  readonly kind: string | null;
  readonly status: string | null;
  readonly at: Instant | null;
}

export interface RecordedTarget extends Target {
  /** In the order in which they are taken, from 1 on. */
  readonly place: number;
  /** `done`, the code it was refused with, or `failed`; `null`: not taken yet. */
  readonly outcome: string | null;
  /** What was made of it, such as a hold or a pause. */
  readonly madeId: string | null;
}

/** Who wants what done. */
export interface WantedAct {
  readonly act: ActName;
  readonly filter: ActFilter;
  readonly actorId: string;
}

export interface RecordedAct extends WantedAct {
  readonly actId: string;
  /** `null`: it was shown and not begun. */
  readonly reason: string | null;
  readonly shownAt: Instant;
  readonly begunAt: Instant | null;
  /** How many were shown; of a pause, how many wait in what it pauses. */
  readonly matched: number;
  /** There were more than one act takes. */
  readonly more: boolean;
  readonly changed: number;
  readonly refused: number;
  readonly left: number;
}
