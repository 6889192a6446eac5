// What anybody may ask for, done for all who ask at once, and for no more than its share of the time.
import { setTimeout as sleep } from 'node:timers/promises';

/** Whoever asks gets what is begun after he asked, with all others who ask until it is. */
export class SharedWork<T> {
  private free: Promise<unknown> = Promise.resolve();
  private next: Promise<T> | undefined;

  /** After each time it rests `restTimes` as long as it took. */
  constructor(
    private readonly work: () => Promise<T>,
    private readonly restTimes: number,
    private readonly rest: (ms: number) => Promise<unknown> = (ms) => sleep(ms, undefined, { ref: false }),
  ) {}

  ask(): Promise<T> {
    return (this.next ??= this.begin());
  }

  private async begin(): Promise<T> {
    await this.free;
    this.next = undefined;
    const began = performance.now();
    const done = this.work();
    const pause = (): Promise<unknown> => this.rest(this.restTimes * (performance.now() - began));
    this.free = done.then(pause, pause);
    return done;
  }
}
