// Sends by SMTP: one connection a mail, encrypted where the server can, and nothing of the answer kept but its code.
import { performance } from 'node:perf_hooks';
import { createTransport } from 'nodemailer';
import type { Permit } from '#carriers';
import type { Mail, Mailer, MailOutcome, MailReport, MailRequest } from './mailer.js';
import { outcomeOf, providerCodeOf } from './smtp-answers.js';

export interface SmtpSettings {
  /** `smtp://user:password@host:port`, or `smtps://…`. */
  readonly url: string;
  /** As the recipient sees it, e.g. `Acme <no-reply@acme.example>`. */
  readonly from: string;
  readonly mailsPerSecond: number;
  /** Of each silence of the server. */
  readonly timeoutMs: number;
}

export const smtpName = 'smtp';

export class SmtpMailer implements Mailer {
  readonly name = smtpName;
  readonly mailsPerSecond: number;
  private readonly transport: ReturnType<typeof createTransport>;
  private readonly domain: string;

  constructor({ url, from, mailsPerSecond, timeoutMs }: SmtpSettings) {
    this.mailsPerSecond = mailsPerSecond;
    const patience = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs, dnsTimeout: timeoutMs };
    this.transport = createTransport({ url, ...patience, disableFileAccess: true, disableUrlAccess: true }, { from });
    this.domain = /@([^\s@>]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
  }

  async send({ mail, idempotencyKey }: MailRequest, permit: Permit): Promise<MailReport> {
    const startedAt = performance.now();
    const report = (outcome: MailOutcome, providerCode: string | null): MailReport => ({
      ...outcome, httpStatus: null, latencyMs: Math.round(performance.now() - startedAt), providerCode, order: null,
    });
    if ((await permit.stillWanted([{ idempotencyKey, order: null, attempt: 1 }])).length === 0) return report({ outcome: 'retry-later', afterMs: null, reason: 'taken-back' }, null);
    if (permit.leftMs() <= 0) return report({ outcome: 'retry-later', afterMs: null, reason: 'out-of-time' }, null);
    try {
      await this.transport.sendMail(this.written(mail, idempotencyKey));
      return report({ outcome: 'sent', language: mail.language, templateVersion: mail.templateVersion }, null);
    } catch (error) {
      return report(outcomeOf(error), providerCodeOf(error));
    }
  }

  /**
   * The same id and the same bytes with every attempt: whoever gets it twice, because a worker was lost after the server had taken it, can tell. The
   * address is handed over as one address, whatever is in it.
   */
  private written({ to, subject, text, html, calendar, language }: Mail, key: string) {
    return {
      messageId: `<${key}@${this.domain}>`,
      to: { name: '', address: to },
      subject, text, html,
      headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
      ...(calendar !== null && { icalEvent: { method: 'PUBLISH', filename: 'dates.ics', content: calendar } }),
    };
  }
}
