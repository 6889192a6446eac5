// What an import is, to whoever sent it and to whoever carries it out.
import type { Actor, Instant } from '#kernel';

export interface Import {
  readonly importId: string;
  /** `failed`: what was sent could not be read any more; what is counted was carried out, and nothing else is. */
  readonly status: 'running' | 'done' | 'failed';
  readonly dryRun: boolean;
  /** Those that hold something. */
  readonly lines: number;
  readonly accepted: number;
  /** Of the accepted ones those that were taken before: nothing has changed by them. */
  readonly unchanged: number;
  readonly rejected: number;
  /** Consequences that were due already, and wait. */
  readonly held: number;
  readonly begunAt: Instant;
  readonly endedAt: Instant | null;
}

/** What is wrong with a line; a line may have several. */
export interface LineProblem {
  /** A JSON pointer into the line. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** A line as it was read: what it tells, as JSON, or what is wrong with it. */
export type ReadLine = ToldLine | { readonly line: number; readonly problems: readonly LineProblem[] };

/** Who has sent what is carried out. */
export interface RunningImport {
  readonly importId: string;
  readonly dryRun: boolean;
  readonly actor: Actor;
}

export interface ToldLine {
  readonly line: number;
  readonly told: string;
}

export interface HeldConsequence {
  readonly kind: string;
  readonly dueAt: Instant;
}

/** What came of a line. `unchanged`: what it tells was taken before. */
export type TakenLine =
  | { readonly line: number; readonly outcome: 'accepted'; readonly held: readonly HeldConsequence[] }
  | { readonly line: number; readonly outcome: 'unchanged' }
  | { readonly line: number; readonly outcome: 'rejected'; readonly problems: readonly LineProblem[] };

/** Carries out lines in the surrounding transaction, each whole or not at all, and answers of each what came of it; of a dry run nothing stays. What it throws undoes all of them. */
export interface ImportCommands {
  take(of: RunningImport, lines: readonly ToldLine[]): Promise<readonly TakenLine[]>;
}
