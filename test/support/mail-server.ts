// A real SMTP server for tests, which keeps what it was sent, and rejects for good whom it does not know.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A body part that holds no others. */
export interface Part {
  readonly type: string;
  readonly content: string;
}

export interface Received {
  readonly to: readonly string[];
  readonly subject: string;
  readonly parts: readonly Part[];
  readonly source: string;
}

export interface MailServer {
  /** `smtp://127.0.0.1:…` */
  readonly url: string;
  /** In the order in which they came. */
  readonly received: readonly Received[];
  /** Addresses that are answered with 550, and how often they were. */
  readonly unknown: Map<string, number>;
  to(address: string): readonly Received[];
  stop(): Promise<void>;
}

export async function startMailServer(): Promise<MailServer> {
  const received: Received[] = [];
  const unknown = new Map<string, number>();
  const smtp = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'], authOptional: true, logger: false,
    onRcptTo({ address }, _, done) {
      const asked = unknown.get(address);
      if (asked === undefined) return done();
      unknown.set(address, asked + 1);
      done(Object.assign(new Error(`5.1.1 <${address}> is not known here`), { responseCode: 550 }));
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const source = Buffer.concat(chunks).toString();
        received.push({ to: envelope.rcptTo.map(({ address }) => address), subject: decodedWords(headerOf(source, 'Subject')), parts: partsOf(source), source });
        done();
      });
    },
  });
  smtp.on('error', () => undefined);
  smtp.listen(0, '127.0.0.1');
  await once(smtp.server, 'listening');
  return {
    url: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
    received,
    unknown,
    to: (address) => received.filter(({ to }) => to.includes(address)),
    stop: () => new Promise((done) => smtp.close(() => done())),
  };
}

const headOf = (source: string): string => source.slice(0, source.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
const headerOf = (source: string, name: string): string => new RegExp(`^${name}: (.*)$`, 'im').exec(headOf(source))?.[1]?.trim() ?? '';

function partsOf(source: string): readonly Part[] {
  const type = headerOf(source, 'Content-Type');
  const body = source.slice(source.indexOf('\r\n\r\n') + 4);
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (boundary) return body.split(`--${boundary}`).slice(1, -1).flatMap((part) => partsOf(part.replace(/^\r\n/, '')));
  return [{ type: type.split(';', 1)[0]!, content: decoded(body, headerOf(source, 'Content-Transfer-Encoding').toLowerCase()) }];
}

function decoded(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  return encoding === 'quoted-printable' ? fromHex(body.replace(/=\r\n/g, '')) : body;
}

const fromHex = (text: string): string =>
  text.replace(/(=[0-9A-F]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString());

/** RFC 2047. */
const decodedWords = (text: string): string =>
  text.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, how: string, word: string) =>
    (how.toUpperCase() === 'B' ? Buffer.from(word, 'base64').toString() : fromHex(word.replaceAll('_', ' '))));
