// The names under which statements are prepared: PostgreSQL parses each of them once on a connection, and plans it a few times.
import { createHash } from 'node:crypto';

/** Every connection keeps what is prepared on it; whoever puts texts together without end is served unprepared. */
const namesMost = 1_000;

export class StatementNames {
  private readonly names = new Map<string, string | undefined>();

  /** 44 characters, of 63 that PostgreSQL tells apart; `undefined`: to be sent unprepared. The same text has the same name everywhere. */
  of(text: string): string | undefined {
    if (this.names.has(text)) return this.names.get(text);
    if (this.names.size >= namesMost) return undefined;
    const name = `s${createHash('sha256').update(text).digest('base64url')}`;
    this.names.set(text, name);
    return name;
  }

  /** A table has changed, and connections that prepared this before fail on it from now on. */
  withdraw(text: string): void {
    this.names.set(text, undefined);
  }
}
