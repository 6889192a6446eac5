// An answer that is to be kept with what it tells of: whoever writes that for the request waits for the answer, and the answer for the commit.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { AnswerToKeep, KeyedRequest } from './kept-answers.js';

/** Keeps answers in the surrounding transaction, all of them or none. Throws `Retry` where one is kept already. */
export type KeepAnswers = (answers: readonly AnswerToKeep[]) => Promise<void>;

/** The first of the same requests has not ended. */
export class StillRunning extends Error {
  override name = 'StillRunning';
}

const current = new AsyncLocalStorage<AnswerDue>();

/** The answer that the request at hand is to be given, should it be kept. */
export const answerDue = (): AnswerDue | null => current.getStore() ?? null;

export class AnswerDue {
  private taken = false;
  private readonly answer = settledLater<AnswerToKeep | null>();
  private readonly commit = settledLater<void>();

  constructor(
    readonly request: KeyedRequest,
    readonly keep: KeepAnswers,
  ) {
    // Whoever has given up does not wait for it.
    this.commit.promise.catch(() => undefined);
  }

  /** Runs the work that the answer is of. */
  during<T>(work: () => Promise<T>): Promise<T> {
    return current.run(this, work);
  }

  /** Whether somebody writes for the request, keeps its answer in the same transaction, and waits for it. */
  get isTaken(): boolean {
    return this.taken;
  }

  /** Resolves once the answer is kept. Rejects where it is not: then nothing was written. */
  give(answer: AnswerToKeep): Promise<void> {
    this.answer.resolve(answer);
    return this.commit.promise;
  }

  /** There will be no answer: what was written for the request is to be undone. */
  giveUp(): void {
    this.answer.resolve(null);
  }

  /** For whoever writes for the request. `null`: it was given up. */
  take(): Promise<AnswerToKeep | null> {
    this.taken = true;
    return this.answer.promise;
  }

  kept(): void {
    this.commit.resolve();
  }

  lost(error: unknown): void {
    this.commit.reject(error);
  }
}

function settledLater<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => ([resolve, reject] = [onResolve, onReject]));
  return { promise, resolve, reject };
}
