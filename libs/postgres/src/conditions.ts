// What a statement asks for, condition by condition, with the values of its places: a list is filtered by what its caller names and by nothing else.

export class Conditions {
  readonly values: unknown[] = [];
  private readonly conditions: string[] = [];

  /** A place for one more value: `$3`. */
  place(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** `condition` is told the places of `values`. Left out where one of them is `undefined`: then nobody asks for it. */
  add(condition: (...places: string[]) => string, ...values: readonly unknown[]): this {
    if (!values.includes(undefined)) this.conditions.push(condition(...values.map((value) => this.place(value))));
    return this;
  }

  /** `WHERE …`, or nothing. */
  get where(): string {
    return this.conditions.length > 0 ? `WHERE ${this.conditions.join(' AND ')}` : '';
  }
}
