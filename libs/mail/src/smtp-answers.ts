// What an SMTP server's no, or its silence, means. No text of the far side is kept: it quotes the address.
import type { MailOutcome } from './mailer.js';

/** What nodemailer rejects with. */
interface SmtpError {
  readonly code?: unknown;
  /** The command that was answered, e.g. `RCPT TO`. */
  readonly command?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
}

type Failed = Exclude<MailOutcome, { readonly outcome: 'sent' }>;

const later = (reason: Extract<Failed, { readonly outcome: 'retry-later' }>['reason']): Failed => ({ outcome: 'retry-later', afterMs: null, reason });

/** A 5xx is for good, a 4xx for now. What is said of the sender or of our credentials concerns every mail; what is said of the recipient or the content, this one. */
export function outcomeOf(error: unknown): Failed {
  const { code, command, responseCode } = asSmtpError(error);
  if (typeof responseCode !== 'number') {
    if (code === 'EENVELOPE') return { outcome: 'blocked', reason: 'address-rejected' };
    return later(code === 'ETIMEDOUT' ? 'timeout' : 'connection-lost');
  }
  if (responseCode < 500) return later(responseCode === 421 ? 'server-error' : 'deferred');
  if (code === 'EAUTH' || command === 'MAIL FROM') return { outcome: 'refused', reason: 'credentials' };
  if (command === 'RCPT TO') return { outcome: 'blocked', reason: isOfPolicy(error) ? 'mail-rejected' : 'address-rejected' };
  return command === 'DATA' ? { outcome: 'blocked', reason: 'mail-rejected' } : later('server-error');
}

/** `550 5.1.1`, or what there is of it; digits and dots alone, so that it can be nobody's address. */
export function providerCodeOf(error: unknown): string | null {
  const { responseCode } = asSmtpError(error);
  if (typeof responseCode !== 'number') return null;
  const enhanced = enhancedOf(error);
  return enhanced === null ? String(responseCode) : `${responseCode} ${enhanced}`;
}

/** RFC 3463: 5.7.x is about security or policy, not about the address. */
const isOfPolicy = (error: unknown): boolean => enhancedOf(error)?.startsWith('5.7.') ?? false;

const enhancedOf = (error: unknown): string | null => {
  const { response } = asSmtpError(error);
  return typeof response === 'string' ? (/^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? null) : null;
};

const asSmtpError = (error: unknown): SmtpError => (typeof error === 'object' && error !== null ? error : {});
