// By which way mails go, by the environment; the URL, which holds a password, may also come from a file.
import { readFileSync } from 'node:fs';
import { inSandbox } from '#sandbox';
import type { Mailer } from './mailer.js';
import { sandboxMailboxName } from './sandbox-mailbox.js';
import { SmtpMailer, smtpName } from './smtp-mailer.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Says everything that is missing or wrong at once, and never a value. */
export class MailNotConfigured extends Error {
  constructor(readonly mistakes: readonly string[]) {
    super(`mail is not configured: ${mistakes.join('; ')}`);
    this.name = 'MailNotConfigured';
  }
}

/** The name of the mailer that new mails are meant for; `null`: none goes out. `SMTP_URL` or `SMTP_URL_FILE` says SMTP; with `SANDBOX=true` neither says the sandbox's mailbox. */
export const mailerNameFrom = (env: Environment): string | null =>
  env['SMTP_URL'] || env['SMTP_URL_FILE'] ? smtpName : inSandbox(env) ? sandboxMailboxName : null;

/** The mailer of that name, or what `sandbox` makes. Throws `MailNotConfigured`. */
export function mailerFrom(env: Environment, sandbox: () => Mailer): Mailer | null {
  const name = mailerNameFrom(env);
  if (name !== smtpName) return name === null ? null : sandbox();
  const mistakes: string[] = [];
  const whole = (variable: string, otherwise: number, most: number): number => {
    const value = Number(env[variable] || otherwise);
    if (!Number.isInteger(value) || value < 1 || value > most) mistakes.push(`${variable} is no whole number from 1 to ${most}`);
    return value;
  };
  const url = urlOf(env, mistakes);
  const from = env['MAIL_FROM'] ?? '';
  if (!/^([^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(from)) mistakes.push('MAIL_FROM is missing, or no address such as `Acme <no-reply@acme.example>`');
  const settings = { url, from, mailsPerSecond: whole('MAILS_PER_SECOND', 10, 1_000), timeoutMs: whole('SMTP_TIMEOUT_MS', 15_000, 60_000) };
  if (mistakes.length > 0) throw new MailNotConfigured(mistakes);
  return new SmtpMailer(settings);
}

function urlOf(env: Environment, mistakes: string[]): string {
  const { SMTP_URL: value, SMTP_URL_FILE: file } = env;
  if (value && file) mistakes.push('SMTP_URL and SMTP_URL_FILE are both given');
  let url = value ?? '';
  try {
    if (file) url = readFileSync(file, 'utf8').trim();
  } catch (error) {
    mistakes.push(`SMTP_URL_FILE cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
    return '';
  }
  if (!URL.canParse(url) || !/^smtps?:$/.test(new URL(url).protocol) || new URL(url).hostname === '') mistakes.push('SMTP_URL is no smtp(s) URL');
  return url;
}
