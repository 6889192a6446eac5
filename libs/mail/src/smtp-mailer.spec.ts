// Mails by SMTP, against a real server: what it takes, what each of its answers means, and that nothing of it says to whom.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Permit } from '#carriers';
import { closingAfterEach } from '../../../test/support/afterwards.js';
import { MailNotConfigured, mailerFrom, mailerNameFrom, SmtpMailer, type Mail } from './index.js';

const afterwards = closingAfterEach();

const mail: Mail = {
  to: 'ann@example.com', subject: 'It ends\r\nBcc: all@example.com', text: 'The end.\n', html: '<p>The end.</p>\n', calendar: 'BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR',
  language: 'en', message: 'plan-ended', templateVersion: '1', accountId: 'acme',
};
const allowing: Permit = { leftMs: () => Infinity, stillWanted: async (requests) => requests };

async function server(options: SMTPServerOptions = {}) {
  const got: { readonly to: readonly string[]; readonly source: string }[] = [];
  const smtp = new SMTPServer({
    disabledCommands: ['STARTTLS'], authOptional: true, allowInsecureAuth: true, logger: false,
    onAuth: (_, __, done) => done(new Error('who are you?')),
    onData(stream, { envelope }, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        got.push({ to: envelope.rcptTo.map(({ address }) => address), source: Buffer.concat(parts).toString() });
        done();
      });
    },
    ...options,
  });
  smtp.on('error', () => undefined);
  smtp.listen(0, '127.0.0.1');
  await once(smtp.server, 'listening');
  afterwards(() => new Promise<void>((done) => smtp.close(() => done())));
  return { got, port: (smtp.server.address() as AddressInfo).port };
}

const mailerTo = (port: number, credentials = '', timeoutMs = 20_000) =>
  new SmtpMailer({ url: `smtp://${credentials}127.0.0.1:${port}`, from: 'Acme <no-reply@acme.example>', mailsPerSecond: 1_000, timeoutMs });

const send = (mailer: SmtpMailer, more: Partial<Mail> = {}, permit = allowing) => mailer.send({ mail: { ...mail, ...more }, idempotencyKey: 'key-1', order: null, attempt: 1 }, permit);

const no = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode });

describe('a mail', () => {
  it('arrives with text, HTML and calendar, and is the same mail when it is sent again', async () => {
    const { got, port } = await server();
    const mailer = mailerTo(port);
    expect(await send(mailer)).toMatchObject({ outcome: 'sent', language: 'en', templateVersion: '1', providerCode: null });
    await send(mailer);
    expect(got.map(({ to }) => to)).toEqual([['ann@example.com'], ['ann@example.com']]);
    const { source } = got[0]!;
    for (const part of [/^From: Acme <no-reply@acme\.example>/m, /^To: ann@example\.com/m, /^Content-Language: en/m, /^Auto-Submitted: auto-generated/m, /text\/plain/, /text\/html/, /text\/calendar; charset=utf-8; method=PUBLISH/, /filename=dates\.ics/]) {
      expect(source).toMatch(part);
    }
    expect(got.map((one) => /^Message-ID: (.*)\r$/m.exec(one.source)?.[1])).toEqual(['<key-1@acme.example>', '<key-1@acme.example>']);
  });

  it('goes to one address, whatever is in it or in the subject', async () => {
    const { got, port } = await server();
    await send(mailerTo(port), { to: 'ann@example.com, eve@example.com' });
    await send(mailerTo(port));
    expect(got.flatMap(({ to }) => to)).not.toContain('eve@example.com');
    expect(got.at(-1)!.to).toEqual(['ann@example.com']);
    expect(got.at(-1)!.source).not.toMatch(/^Bcc:/m);
  });

  it('that is not wanted any more is not handed over', async () => {
    const { got, port } = await server();
    expect(await send(mailerTo(port), {}, { ...allowing, stillWanted: async () => [] })).toMatchObject({ outcome: 'retry-later', reason: 'taken-back' });
    expect(await send(mailerTo(port), {}, { ...allowing, leftMs: () => 0 })).toMatchObject({ outcome: 'retry-later', reason: 'out-of-time' });
    expect(got).toEqual([]);
  });
});

describe('an answer means', () => {
  const cases: readonly (readonly [string, SMTPServerOptions, object])[] = [
    ['550 5.1.1 at RCPT', { onRcptTo: (_, __, done) => done(no(550, '5.1.1 no <ann@example.com> here')) }, { outcome: 'blocked', reason: 'address-rejected', providerCode: '550 5.1.1' }],
    ['550 at RCPT', { onRcptTo: (_, __, done) => done(no(550, 'no such user')) }, { outcome: 'blocked', reason: 'address-rejected', providerCode: '550' }],
    ['550 5.7.1 at RCPT', { onRcptTo: (_, __, done) => done(no(550, '5.7.1 not from you')) }, { outcome: 'blocked', reason: 'mail-rejected', providerCode: '550 5.7.1' }],
    ['450 at RCPT', { onRcptTo: (_, __, done) => done(no(450, '4.2.0 come back later')) }, { outcome: 'retry-later', reason: 'deferred', providerCode: '450 4.2.0' }],
    ['550 at MAIL FROM', { onMailFrom: (_, __, done) => done(no(550, '5.7.1 not you')) }, { outcome: 'refused', reason: 'credentials' }],
    ['554 at DATA', { onData: (stream, _, done) => stream.resume().on('end', () => done(no(554, '5.7.1 spam'))) }, { outcome: 'blocked', reason: 'mail-rejected' }],
    ['421 as greeting', { onConnect: (_, done) => done(no(421, 'busy')) }, { outcome: 'retry-later', reason: 'server-error' }],
  ];
  it.each(cases)('%s', async (_, options, report) => {
    const { port } = await server(options);
    const answered = await send(mailerTo(port));
    expect(answered).toMatchObject(report);
    expect(JSON.stringify(answered)).not.toContain('ann');
  });

  it('535: our credentials', async () => {
    const { port } = await server();
    expect(await send(mailerTo(port, 'acme:wrong@'))).toMatchObject({ outcome: 'refused', reason: 'credentials', providerCode: '535' });
  });

  it('silence, or nobody there: later', async () => {
    const { port } = await server({ onData: () => undefined });
    expect(await send(mailerTo(port, '', 300))).toMatchObject({ outcome: 'retry-later', reason: 'timeout' });
    expect(await send(mailerTo(1))).toMatchObject({ outcome: 'retry-later', reason: 'connection-lost' });
  });
});

describe('the configuration', () => {
  const never = () => { throw new Error('nobody asked for the sandbox'); };

  it('names who mails', () => {
    expect(mailerNameFrom({ SMTP_URL: 'smtp://x', SANDBOX: 'true' })).toBe('smtp');
    expect(mailerNameFrom({ SANDBOX: 'true' })).toBe('sandbox');
    expect(mailerNameFrom({ SMTP_URL: '' })).toBeNull();
    expect(mailerFrom({}, never)).toBeNull();
    expect(mailerFrom({ SMTP_URL: 'smtps://u:p@mail.example:465', MAIL_FROM: 'no-reply@acme.example' }, never)).toMatchObject({ name: 'smtp', mailsPerSecond: 10 });
  });

  it('says all that is wrong at once, and no value', () => {
    const wrong = () => mailerFrom({ SMTP_URL: 'http://secret@mail.example', MAIL_FROM: 'secret', MAILS_PER_SECOND: '0', SMTP_TIMEOUT_MS: 'x' }, never);
    expect(wrong).toThrow(MailNotConfigured);
    expect(wrong).toThrow('mail is not configured: SMTP_URL is no smtp(s) URL; MAIL_FROM is missing, or no address such as `Acme <no-reply@acme.example>`; MAILS_PER_SECOND is no whole number from 1 to 1000; SMTP_TIMEOUT_MS is no whole number from 1 to 60000');
    expect(() => mailerFrom({ SMTP_URL_FILE: '/nowhere/at/all', MAIL_FROM: 'a@b.example' }, never)).toThrow('SMTP_URL_FILE cannot be read (ENOENT)');
  });
});
