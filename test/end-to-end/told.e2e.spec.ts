// Customers are told, by real mails to a real SMTP server: the receipt with its dates, in their language; nothing more once they are back; and to nobody's address after a purge.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ICAL from 'ical.js';
import { connect, Database } from '#postgres';
import { eventually } from '../support/eventually.js';
import { dumpOf, rowsWith, tablesOf } from '../support/in-clear.js';
import { startMailServer, type MailServer, type Received } from '../support/mail-server.js';
import { ownRedis } from '../support/redis.js';
import { Account } from './account.js';
import { startLimitMs, startRunning, type Running } from './running.js';

let mails: MailServer;
let redis: Awaited<ReturnType<typeof ownRedis>>;
let running: Running;

beforeAll(async () => {
  mails = await startMailServer();
  redis = await ownRedis();
  running = await startRunning({
    redis: { url: redis.url }, environment: { SMTP_URL: mails.url, MAIL_FROM: 'Acme <no-reply@acme.example>', PUBLIC_URL: 'https://acme.example/' },
  });
}, startLimitMs);
afterAll(async () => {
  await running.stop();
  await redis.stop();
  await mails.stop();
}, startLimitMs);

interface SandboxMail {
  readonly message: string;
  readonly language: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

interface OpsEffect {
  readonly effectId: string;
  readonly kind: string;
  readonly carrier: string;
  readonly subject: string;
  readonly status: string;
  readonly reason: string | null;
}

const notices = async ({ accountId }: Account, more = ''): Promise<readonly OpsEffect[]> =>
  running.client.all<OpsEffect>(`/v1/ops/effects?accountId=${accountId}&kind=notify${more}`, { as: 'operator' });

/** Until nothing is left to be told that can be told. */
const allTold = (account: Account): Promise<void> =>
  eventually('everything is told', async () => (await notices(account)).every(({ status }) => ['done', 'void', 'blocked'].includes(status)));

const sentences = async (account: Account): Promise<readonly string[]> => (await account.all<{ detail: string }>('/timeline?locale=en')).map(({ detail }) => detail);

const arrived = async (address: string, count: number): Promise<readonly Received[]> => {
  await eventually(`${count} mails to ${address}`, () => mails.to(address).length >= count);
  return mails.to(address);
};

const partOf = ({ parts }: Received, type: string): string => parts.find((part) => part.type === type)?.content ?? '';

async function cancelled(account: object): Promise<Account> {
  const opened = await Account.open(running.client, { timeZone: 'America/Los_Angeles', ...account });
  await opened.cancel(await opened.subscribe());
  return opened;
}

describe('who cancels', () => {
  it.each([
    { language: 'en', locale: undefined, subject: /^Your cancellation is confirmed: Messaging, monthly ends on \w+ \d+, \d{4}$/, words: 'you resume the plan with one click', hello: 'Hello Ada Example,' },
    { language: 'es', locale: 'es-MX', subject: /^Su cancelación está confirmada: Mensajería mensual termina el \d+ de \w+ de \d{4}$/, words: 'reanuda el plan con un clic', hello: 'Hola, Ada Example:' },
  ])('gets a receipt with the dates, and the file for a calendar: $language', async ({ language, locale, subject, words, hello }) => {
    const address = `receipt-${language}@example.com`;
    const account = await cancelled({ email: address, ...(locale && { locale }) });
    const [mail] = await arrived(address, 1);
    expect(mail!.subject).toMatch(subject);
    for (const type of ['text/plain', 'text/html']) {
      expect(partOf(mail!, type)).toContain(words);
      expect(partOf(mail!, type)).toContain(hello);
      expect(partOf(mail!, type)).toContain('https://acme.example/membership');
    }

    const { deadlines } = await account.membership();
    const told = deadlines.filter(({ kind }) => ['period-end', 'purge-data'].includes(kind)).map(({ dueAt }) => dueAt).toSorted();
    const calendar = new ICAL.Component(ICAL.parse(partOf(mail!, 'text/calendar')) as unknown[]);
    expect(partOf(mail!, 'application/ics').trim()).toBe(partOf(mail!, 'text/calendar').trim());
    const dates = calendar.getAllSubcomponents('vevent').map((event) => new ICAL.Event(event).startDate.toJSDate().toISOString());
    // To the second, as calendars have it.
    expect(dates).toEqual(told.map((at) => at.replace(/\.\d+Z$/, '.000Z')));

    await allTold(account);
    expect((await account.events('CustomerNotified')).map(({ data }) => data)).toEqual([
      { noticeId: expect.stringMatching(/^cancellation-confirmed\.\d+$/), message: 'cancellation-confirmed', channel: 'e-mail', language, templateVersion: expect.any(String), note: null },
    ]);
    expect(await sentences(account)).toContain('Told by e-mail: the cancellation, with its dates.');
  }, 120_000);

  it('and resumes is told so, and nothing more', async () => {
    const account = await Account.open(running.client, { email: 'resumes@example.com' });
    const subscription = await account.subscribe();
    await account.cancel(subscription);
    await arrived('resumes@example.com', 1);
    (await account.post(`/subscriptions/${subscription.subscriptionId}/resume`)).expect(200);
    const received = await arrived('resumes@example.com', 2);
    await allTold(account);
    expect(received.map(({ subject }) => subject)).toEqual([expect.stringContaining('is confirmed'), 'Messaging, monthly goes on']);
    expect(await notices(account, '&status=done')).toHaveLength(2);
  }, 120_000);
});

describe('an address that bounces for good', () => {
  it('costs its own line alone, is shown, and another address is tried at once; nobody is told twice', async () => {
    mails.unknown.set('bounces@example.com', 0);
    const [bounced, other] = await Promise.all([cancelled({ email: 'bounces@example.com' }), cancelled({ email: 'other@example.com' })]);
    await arrived('other@example.com', 1);
    await allTold(bounced);
    expect(await notices(bounced)).toMatchObject([{ carrier: 'smtp', status: 'blocked', reason: 'address-rejected' }]);
    expect(mails.unknown.get('bounces@example.com')).toBe(1);
    expect((await bounced.events('NoticeBlocked', 'CustomerNotified')).map(({ type, data }) => [type, data['reason']])).toEqual([['NoticeBlocked', 'address-rejected']]);
    expect(await sentences(bounced)).toContain('Could not be told by e-mail: the cancellation, with its dates.');

    (await bounced.send('PATCH', '', { body: { email: 'mended@example.com' } })).expect(200);
    await arrived('mended@example.com', 1);
    await Promise.all([allTold(bounced), allTold(other)]);
    expect(await notices(bounced)).toMatchObject([{ status: 'done' }]);
    expect([mails.to('mended@example.com'), mails.to('other@example.com')].map(({ length }) => length)).toEqual([1, 1]);
  }, 120_000);
});

describe('an account on a test clock', () => {
  const start = '2026-03-30T00:00:00.000Z';
  const day = (date: string): string => `${date}T00:00:00.000Z`;
  const mailbox = async ({ accountId }: Account): Promise<readonly string[]> =>
    (await running.client.all<SandboxMail>(`/v1/dev/mails?accountId=${accountId}`)).toReversed().map(({ message, subject }) => `${message}: ${subject}`);

  it('is told into the sandbox\'s mailbox, on its days, and nothing once it is back', async () => {
    const account = await Account.open(running.client, { now: start, email: 'clock@example.com' });
    const subscription = await account.subscribe();
    await account.buyNumbers(1);
    await account.cancel(subscription);
    await account.advance(day('2026-05-07'));
    const told = [
      'cancellation-confirmed: Your cancellation is confirmed: Messaging, monthly ends on April 30, 2026',
      'plan-ended: Messaging, monthly has ended',
      'loss-announced: Your phone numbers are released on May 14, 2026',
    ];
    expect(await mailbox(account)).toEqual(told);
    await account.subscribe();
    await account.advance(day('2026-08-01'));
    expect(await mailbox(account)).toEqual(told);
    expect(mails.to('clock@example.com')).toEqual([]);
  }, 240_000);

  it('is told of all of it, and leaves no mail behind', async () => {
    const account = await Account.open(running.client, { now: start, email: 'whole@example.com', locale: 'es' });
    const subscription = await account.subscribe();
    await account.buyNumbers(1);
    await account.cancel(subscription);
    await account.advance(day('2027-04-29'));
    expect((await mailbox(account)).map((mail) => mail.split(':', 1)[0])).toEqual([
      'cancellation-confirmed', 'plan-ended', 'loss-announced', 'loss-announced', 'numbers-released', 'loss-announced', 'loss-announced', 'loss-announced',
    ]);
    expect((await running.client.all<SandboxMail>(`/v1/dev/mails?accountId=${account.accountId}`))[0]).toMatchObject({ language: 'es', to: 'whole@example.com', subject: 'Todos sus datos se eliminan el 30 de abril de 2027' });
    await account.advance(day('2027-04-30'));
    expect((await account.events('CustomerNotified', 'DataPurged')).slice(-2).map(({ type, data }) => [type, data['message']])).toEqual([['CustomerNotified', 'data-purged'], ['DataPurged', undefined]]);
    expect(await mailbox(account)).toEqual([]);
  }, 240_000);
});

describe('who is erased', () => {
  it('is told before the key goes, and the address is nowhere afterwards', async () => {
    const address = 'zqerased@example.com';
    const account = await Account.open(running.client, { email: address, name: 'Zqerased Person' });
    (await account.post('/erasure', { basis: 'gdpr-art-17' }, { as: 'operator' })).expect(202);
    const [mail] = await arrived(address, 1);
    expect(mail!.subject).toBe('Your data is deleted');
    await eventually('the purge is done', async () => (await running.client.all<{ status: string }>(`/v1/ops/purges?accountId=${account.accountId}`, { as: 'operator' }))[0]?.status === 'done');
    expect((await account.events('CustomerNotified', 'DataPurged')).map(({ type }) => type)).toEqual(['CustomerNotified', 'DataPurged']);
    expect(mails.to(address)).toHaveLength(1);

    const database = new Database(await connect({ url: running.databaseUrl, poolSize: 1 }));
    expect(await tablesOf(database)).toEqual(expect.arrayContaining(['sunset.effects', 'sunset.effect_attempts', 'sunset.sandbox_mails']));
    expect(await rowsWith(database, 'zqerased')).toEqual([]);
    await database.query(`CREATE TABLE in_clear AS SELECT convert_to(value, 'UTF8') AS bytes, NULL AS text FROM unnest(ARRAY['of zqerased', 'of Zqerased Person']) AS value UNION ALL SELECT NULL, 'ZQERASED'`);
    expect(await rowsWith(database, 'zqerased')).toHaveLength(3);
    await database.dataSource.destroy();

    expect(await dumpOf(redis.url)).not.toMatch(/zqerased/i);
    expect([running.service.api, ...running.service.workers].flatMap(({ log }) => log).filter((line) => /zqerased/i.test(line))).toEqual([]);
  }, 240_000);
});

it('operators see by which way customers are told, and what could not be in time', async () => {
  const health = (await running.client.get('/v1/ops/health', { as: 'operator' })).expect<{ announcements: object }>(200);
  expect(health.announcements).toEqual({ mail: 'smtp', untold: { count: 0, firstNeededBy: null } });
});
