// The mailbox inside the service: keeps what would have been sent, sealed with the account's key, for whoever tries things out. Nothing leaves the house.
import { performance } from 'node:perf_hooks';
import type { Permit } from '#carriers';
import type { Instant } from '#kernel';
import { joinKey, type PersonalData, type WrappedKey } from '#personal-data';
import { across, type Database, ofAccount, shardOf } from '#postgres';
import type { Mailer, MailOutcome, MailReport, MailRequest } from './mailer.js';

/** One mail as it lies there; what is personal is `null` once its account is forgotten. */
export interface KeptMail {
  readonly mailId: string;
  readonly accountId: string;
  readonly message: string;
  readonly language: string;
  readonly templateVersion: string;
  /** Real time. */
  readonly sentAt: Instant;
  readonly to: string | null;
  readonly subject: string | null;
  readonly text: string | null;
  readonly html: string | null;
  readonly calendar: string | null;
}

/** The last of a page; the next page begins behind it. */
export interface MailCursor {
  readonly sentAt: Instant;
  readonly mailId: string;
}

export const sandboxMailboxName = 'sandbox';

/** Whoever has an address there is not reached, for good: so that it can be rehearsed. */
const bounces = /@bounce\.(example|test|invalid)$/i;

export class SandboxMailbox implements Mailer {
  readonly name = sandboxMailboxName;
  readonly mailsPerSecond = 100;

  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
  ) {}

  /** Kept once for each key, however often it is sent. */
  async send({ mail, idempotencyKey }: MailRequest, permit: Permit): Promise<MailReport> {
    const startedAt = performance.now();
    const report = (outcome: MailOutcome, providerCode: string | null): MailReport => ({
      ...outcome, httpStatus: null, latencyMs: Math.round(performance.now() - startedAt), providerCode, order: null,
    });
    if (bounces.test(mail.to)) return report({ outcome: 'blocked', reason: 'address-rejected' }, '550 5.1.1');
    if ((await permit.stillWanted([{ idempotencyKey, order: null, attempt: 1 }])).length === 0) return report({ outcome: 'retry-later', afterMs: null, reason: 'taken-back' }, null);
    const { accountId, message, language, templateVersion, ...personal } = mail;
    const key = await this.personalData.sealingKey(accountId);
    await this.database.execute(
      `INSERT INTO sunset.sandbox_mails (mail_id, shard, account_id, message, language, template_version, key_id, sealed) VALUES ($1, ${shardOf('$2')}, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
      [idempotencyKey, accountId, message, language, templateVersion, key.keyId, this.personalData.seal(key, personal, idempotencyKey)],
    );
    return report({ outcome: 'sent', language, templateVersion }, null);
  }

  /** Latest first, `limit` at most. */
  async list({ accountId = null }: { readonly accountId?: string | null }, { after, limit }: { readonly after?: MailCursor; readonly limit: number }): Promise<KeptMail[]> {
    const rows = await this.database.query<Row>(
      `${accountId === null ? across('lists of operators') : ''}SELECT m.mail_id AS "mailId", m.account_id AS "accountId", m.message, m.language, m.template_version AS "templateVersion", m.sent_at AS "sentAt", m.sealed,
         m.key_id AS "keyId", k.wrapped
       FROM sunset.sandbox_mails m ${joinKey('m')}
       WHERE ${accountId === null ? '$1::text IS NULL' : ofAccount('$1', 'm')} AND ($2::timestamptz IS NULL OR (m.sent_at, m.mail_id) < ($2, $3))
       ORDER BY m.sent_at DESC, m.mail_id DESC LIMIT $4`,
      [accountId, after?.sentAt ?? null, after?.mailId ?? null, limit],
    );
    return rows.map(({ sealed, keyId, wrapped, ...mail }) => {
      const key = this.personalData.open({ keyId, accountId: mail.accountId, wrapped });
      return { ...mail, ...nothing, ...this.personalData.unseal(key, sealed, mail.mailId) };
    });
  }
}

interface Row extends Pick<KeptMail, 'mailId' | 'accountId' | 'message' | 'language' | 'templateVersion' | 'sentAt'> {
  readonly sealed: Buffer;
  readonly keyId: string;
  readonly wrapped: WrappedKey['wrapped'];
}

const nothing = { to: null, subject: null, text: null, html: null, calendar: null };

/** For the purge, in its transaction. */
export async function forgetMails(database: Database, accountId: string): Promise<void> {
  await database.execute(`DELETE FROM sunset.sandbox_mails WHERE ${ofAccount('$1')}`, [accountId]);
}
