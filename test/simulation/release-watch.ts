// Watches what becomes of numbers that are given up, at their release or because they were removed: each once at most, and nobody is told that all are settled before they are.
import type { MembershipEvent } from '#domain';

type Data<Type extends MembershipEvent['type']> = Extract<MembershipEvent, { type: Type }>['data'];

/** A number's id and origin. */
export type Standing = readonly [id: string, origin: string];

export class ReleaseWatch {
  private readonly unsettled = new Map<string, 'releasing' | 'blocked'>();
  /** Removed, and to be given back. */
  private readonly removed = new Map<string, 'waiting' | 'blocked'>();
  private readonly gone = new Set<string>();
  /** What is settled together: this release, and what an earlier one left in progress. */
  private together: readonly string[] = [];
  private left: readonly Standing[] = [];
  private leftCount = 0;
  private phase: 'none' | 'started' | 'settled' = 'none';

  /** `billed`: the numbers that stand there and are billed, with their origin. */
  started({ numberIds, leftIds }: Data<'NumberReleaseStarted'>, billed: ReadonlyMap<string, string>): void {
    const purchased = [...billed].filter(([, origin]) => origin === 'purchased').map(([id]) => id);
    this.must(purchased.toSorted().join() === numberIds.toSorted().join(), `given up were ${numberIds.join()}, purchased ${purchased.join()}`);
    this.left = [...billed].filter(([, origin]) => origin !== 'purchased');
    this.must(this.left.every(([id]) => leftIds.includes(id)), `ported were ${this.left.join()}, left alone ${leftIds.join()}`);
    this.leftCount = leftIds.length;
    for (const id of numberIds) this.unsettled.set(id, 'releasing');
    this.together = [...this.unsettled.keys()];
    this.phase = 'started';
  }

  wasRemoved(id: string): void {
    this.removed.set(id, 'waiting');
  }

  /** Somebody else has what was left alone: it is not there for who comes back. */
  leftIsGone(id: string): void {
    this.left = this.left.filter(([left]) => left !== id);
  }

  abandoned(id: string): void {
    this.must(this.removed.delete(id), `${id} was not given back and nobody was to do so`);
  }

  released(id: string): void {
    this.must(!this.gone.has(id), `${id} was released twice`);
    this.must(this.unsettled.delete(id) || this.removed.delete(id), `${id} was released and nobody gave it up`);
    this.gone.add(id);
  }

  /** Answers what stands there again: without a release under way, what is blocked is there for who came back. */
  blocked(id: string): readonly Standing[] {
    if (this.removed.has(id)) {
      this.must(this.removed.get(id) === 'waiting', `${id} was blocked twice`);
      this.removed.set(id, 'blocked');
      return [];
    }
    this.must(this.unsettled.get(id) === 'releasing', `${id} was blocked and nobody was giving it up`);
    if (this.phase === 'started') this.unsettled.set(id, 'blocked');
    else this.unsettled.delete(id);
    return this.phase === 'started' ? [] : [[id, 'purchased']];
  }

  retried(id: string): void {
    if (this.removed.has(id)) {
      this.removed.set(id, 'waiting');
      return;
    }
    this.must(this.unsettled.has(id), `${id} was asked for again and nobody gives it up`);
    this.unsettled.set(id, 'releasing');
  }

  withdrawn(ids: readonly string[]): readonly Standing[] {
    this.must(ids.length > 0 && ids.every((id) => this.unsettled.get(id) === 'releasing' && this.unsettled.delete(id)), `${ids.join()} were kept and are not being released`);
    return ids.map((id) => [id, 'purchased']);
  }

  settled({ released, left }: Data<'NumbersReleased'>): void {
    this.must(this.phase === 'started' && this.unsettled.size === 0, `all are settled, but ${[...this.unsettled].join(' ')}`);
    const gone = this.together.filter((id) => this.gone.has(id)).length;
    this.must(released === gone && left === this.leftCount, `${released} were told to be released and ${left} left, it was ${gone} and ${this.leftCount}`);
    this.phase = 'settled';
  }

  /** Answers what is there for who comes back: what the carrier would not give up, and what was never given up. */
  cameBack(): readonly Standing[] {
    const blocked = [...this.unsettled].flatMap(([id, state]) => (state === 'blocked' ? [id] : []));
    for (const id of blocked) this.unsettled.delete(id);
    const back: readonly Standing[] = [...this.left, ...blocked.map((id): Standing => [id, 'purchased'])];
    this.left = [];
    this.phase = 'none';
    return back;
  }

  check(): void {
    this.must(this.phase !== 'started' || this.unsettled.size > 0, 'all numbers are settled and nobody is told');
  }

  forget(): void {
    this.unsettled.clear();
    this.removed.clear();
    this.left = [];
    this.phase = 'none';
  }

  private must(holds: boolean, objection: string): void {
    if (!holds) throw new Error(objection);
  }
}
