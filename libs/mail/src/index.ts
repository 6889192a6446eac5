export * from './configuration.js';
export * from './mailer.js';
export * from './migrations.js';
export * from './sandbox-mailbox.js';
export { SmtpMailer, smtpName, type SmtpSettings } from './smtp-mailer.js';
