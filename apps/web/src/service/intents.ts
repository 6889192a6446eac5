// What a customer wants done: one command, however often it is pressed or sent, until its answer has come.
export class Intents {
  private readonly keys = new Map<string, string>();
  private readonly underWay = new Set<string>();

  /** `false`: it is under way already, and pressing again wants nothing else. */
  begin(input: unknown): boolean {
    const intent = JSON.stringify(input);
    if (this.underWay.has(intent)) return false;
    this.underWay.add(intent);
    return true;
  }

  /** The Idempotency-Key under which it goes out. */
  keyOf(input: unknown): string {
    const intent = JSON.stringify(input);
    const key = this.keys.get(intent) ?? newKey();
    this.keys.set(intent, key);
    return key;
  }

  /** Wanted once more, it is another command. */
  answered(input: unknown): void {
    this.keys.delete(JSON.stringify(input));
    this.unanswered(input);
  }

  /** It may have arrived: wanted once more, it is the same command. */
  unanswered(input: unknown): void {
    this.underWay.delete(JSON.stringify(input));
  }
}

function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
