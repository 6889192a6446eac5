// The port: what the service asks of whoever carries mails, and the four ways they may answer.
import type { Attempt, AttemptFacts, Permit } from '#carriers';

/** In one language; plain text and HTML say the same. Whoever holds one holds a person's address: for as long as an attempt takes. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** iCalendar (RFC 5545) with the method `PUBLISH`; `null`: none goes with it. */
  readonly calendar: string | null;
  /** BCP 47. */
  readonly language: string;
  /** What it tells, and the version of its words: kept where the mail itself is not. */
  readonly message: string;
  readonly templateVersion: string;
  /** Whose address it is, for whoever keeps mails sealed. */
  readonly accountId: string;
}

export interface MailRequest extends Attempt {
  readonly mail: Mail;
}

/** `reason` is a short stable word; it never holds an address or a text of the far side. */
export type MailOutcome =
  /** Taken over by the far side, which answers for it from now on. A bounce that comes later comes as a mail, to the sender. */
  | { readonly outcome: 'sent'; readonly language: string; readonly templateVersion: string }
  /** A no for good to this one mail: nothing happens until the address, or the mail, is another. */
  | { readonly outcome: 'blocked'; readonly reason: 'address-rejected' | 'mail-rejected' }
  /** Not taken, or nobody knows. */
  | { readonly outcome: 'retry-later'; readonly afterMs: null; readonly reason: 'deferred' | 'server-error' | 'timeout' | 'connection-lost' | 'taken-back' | 'out-of-time' }
  /** Whoever we say that we are is refused, whatever the mail: concerns all that is sent this way. */
  | { readonly outcome: 'refused'; readonly reason: 'credentials' };

export type MailReport = MailOutcome & AttemptFacts;

/** Resolves whatever the far side does, including nothing; rejects only with what the permit rejects with, or the mailbox's database. */
export interface Mailer {
  readonly name: string;
  readonly mailsPerSecond: number;
  /** The permit is asked immediately before the mail is handed over. */
  send(request: MailRequest, permit: Permit): Promise<MailReport>;
}
