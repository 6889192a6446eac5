// By which ways this worker tells customers: the configured one, and the sandbox's mailbox for accounts on test clocks, beside it or alone.
import { mailerFrom, SandboxMailbox, type Mailer } from '#mail';
import type { PersonalData } from '#personal-data';
import type { Database } from '#postgres';
import type { Environment } from './settings.js';

export interface Mailing {
  /** `null`: nobody is told by mail. */
  readonly mailer: Mailer | null;
  readonly mailerOnTestClocks: Mailer | null;
}

/** Throws `MailNotConfigured`. */
export function mailing(environment: Environment, database: Database, personalData: PersonalData): Mailing {
  const mailbox = new SandboxMailbox(database, personalData);
  const mailer = mailerFrom(environment, () => mailbox);
  return { mailer, mailerOnTestClocks: mailer === null || mailer === mailbox ? null : mailbox };
}
