// Hints: whoever has written what others may have to see to says so once it is committed, and processes that listen look at once. A hint may be lost; whoever waits for one looks by himself as well.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where hints are given and heard, in each database for itself. */
export const hintChannel = 'sunset';

/** However much is written, a process says so ten times a second at most. */
const betweenMs = 100;

/** What a loop asks of hints: those about what it sees to. */
export interface Hinted {
  /** Whether hints of other processes are heard just now. */
  readonly heard: boolean;
  /** Calls `listener` with each hint, and whenever some may have been missed. Answers how to end that. */
  on(listener: () => void): () => void;
}

export class Hints {
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly process = randomBytes(6).toString('hex');
  private readonly given = new Set<string>();
  private sending = false;
  private hears = false;

  /** `send` says it to everybody who listens to {@link hintChannel}. */
  constructor(private readonly send: (words: string) => Promise<unknown>) {}

  /** Those about any of these. */
  about(...subjects: readonly string[]): Hinted {
    const hearing = (): boolean => this.hears;
    return {
      get heard() {
        return hearing();
      },
      on: (listener) => {
        for (const subject of subjects) this.listeners.set(subject, (this.listeners.get(subject) ?? new Set()).add(listener));
        return () => subjects.forEach((subject) => this.listeners.get(subject)?.delete(listener));
      },
    };
  }

  /** Something about it is committed. Listeners of this process hear it at once. */
  give(subject: string): void {
    this.tell([subject]);
    this.given.add(subject);
    if (this.sending) return;
    this.sending = true;
    void this.sendAll();
  }

  /** Another process has said this, or this one itself. */
  hear(words: string): void {
    const [from, subjects = ''] = words.split(' ', 2);
    if (from !== this.process) this.tell(subjects.split(','));
  }

  /** From now on the hints of other processes are heard, or they are not: either way some may have been missed. */
  set heard(heard: boolean) {
    if (heard === this.hears) return;
    this.hears = heard;
    this.tell([...this.listeners.keys()]);
  }

  private tell(subjects: readonly string[]): void {
    for (const subject of subjects) for (const listener of this.listeners.get(subject) ?? []) listener();
  }

  /** All hints of a transaction go together. Who cannot be told finds it by himself. */
  private async sendAll(): Promise<void> {
    await Promise.resolve();
    while (this.given.size > 0) {
      const words = `${this.process} ${[...this.given].join(',')}`;
      this.given.clear();
      await this.send(words).catch(() => undefined);
      await sleep(betweenMs, undefined, { ref: false });
    }
    this.sending = false;
  }
}
