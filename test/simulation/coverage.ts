// What a run of lives has exercised: a run that never met a fault proves nothing about it.

export class Coverage {
  private readonly counts = new Map<string, number>();

  met(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  missing(required: readonly string[]): readonly string[] {
    return required.filter((what) => !this.counts.has(what));
  }

  toString(): string {
    return [...this.counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([what, count]) => `${what}: ${count}`).join('\n');
  }
}
