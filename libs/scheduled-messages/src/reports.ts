// Reports that messages were sent, many at once: one message a line.
import type { Refusal } from '#kernel';
import { LineFault, readLines } from '#ndjson';

/** What a line says, counted from 1: that this message was sent, or accepted. */
export interface SentReport {
  readonly line: number;
  readonly messageId: string;
}

const idLengthMax = 128;

/** `{ "messageId": … }` a line, and nothing else. */
export const readReports = (ndjson: string): readonly SentReport[] | Refusal<'invalid_request'> =>
  readLines(ndjson, ({ messageId, ...others }, { line }) => {
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) return new LineFault(`/${unknown.replaceAll('~', '~0').replaceAll('/', '~1')}`, 'has a property that is not known');
    if (messageId === undefined) return new LineFault('/messageId', 'must have a messageId');
    const isId = typeof messageId === 'string' && messageId !== '' && messageId.length <= idLengthMax && !/\0|\p{Surrogate}/u.test(messageId);
    return isId ? { line, messageId } : new LineFault('/messageId', `must have a messageId: a text of 1 to ${idLengthMax} characters`);
  });

/** A report that changes nothing: there is no such message, or it was cancelled before. */
export interface RefusedReport extends SentReport {
  readonly code: 'not_found' | 'message_cancelled';
  /** What credited it; `null`: nothing did. */
  readonly creditId: string | null;
}

export interface TakenReports {
  /** How many of the messages are sent now, be it that they were reported before; each counts once. */
  readonly sent: number;
  /** In the order of the lines. */
  readonly refused: readonly RefusedReport[];
}
