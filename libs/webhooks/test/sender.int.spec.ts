// What receivers do on the wire, well and badly: each has its own outcome, none is followed elsewhere, none is waited for or read without end.
import { afterEach, describe, expect, it } from '@jest/globals';
import { Sender, type SenderSettings } from '../src/sender.js';
import { Targets, type Reach, type Resolve } from '../src/targets.js';
import { localhost } from './certificate.js';
import { closingAfterEach } from '../../../test/support/afterwards.js';
import { receiver, status, type Receiver } from './rig.js';

const opened = closingAfterEach();
const never = new AbortController().signal;

const toLoopback: Resolve = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);

function sender({ reach = 'sandbox', resolve = toLoopback, ...settings }: SenderSettings & { reach?: Reach; resolve?: Resolve } = {}): Sender {
  const made = new Sender(new Targets(reach, resolve), settings);
  opened(() => made.close());
  return made;
}

async function there(settings?: Parameters<typeof receiver>[0]): Promise<Receiver> {
  const made = await receiver(settings);
  opened(() => made.close());
  return made;
}

const named = (one: Receiver, host: string): string => one.url.replace('127.0.0.1', host);

afterEach(() => expect.hasAssertions());

describe('an answer', () => {
  it.each([[200, null], [204, null], [299, null], [400, 'status'], [404, 'status'], [500, 'status'], [410, 'gone'], [301, 'redirect'], [308, 'redirect'], [304, 'redirect']])('of %d is %s', async (code, reason) => {
    const one = await there();
    one.answer = status(code, '', { location: one.url });
    expect(await sender().send(one.url, {}, '{}', never)).toMatchObject({ httpStatus: code, reason });
    expect(one.received).toHaveLength(1);
  });

  it('that leads to loopback is not followed', async () => {
    const [one, inside] = [await there(), await there()];
    one.answer = status(307, '', { location: inside.url });
    expect(await sender().send(one.url, {}, '{}', never)).toMatchObject({ reason: 'redirect' });
    expect(inside.received).toEqual([]);
  });

  it('without end is read no further than is kept', async () => {
    const one = await there();
    one.answer = (response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
      };
      response.on('drain', more);
      more();
    };
    const { reason, answer } = await sender({ attemptMs: 600_000 }).send(one.url, {}, '{}', never);
    expect({ reason, kept: answer.length }).toEqual({ reason: null, kept: 2_048 });
  });

  it('that drips is waited for no longer than was said', async () => {
    const one = await there();
    one.answer = (response) => {
      response.writeHead(200);
      const dripping = setInterval(() => response.write('x'), 5);
      response.on('close', () => clearInterval(dripping));
    };
    const { reason, answer } = await sender({ attemptMs: 1_000 }).send(one.url, {}, '{}', never);
    expect(reason).toBeNull();
    expect(answer.length).toBeLessThan(1_000);
  });

  it('whose rest does not come counts for what its status says', async () => {
    const one = await there();
    one.answer = (response) => void response.writeHead(200, { 'content-length': '100' }).write('begun');
    expect(await sender({ attemptMs: 1_000 }).send(one.url, {}, '{}', never)).toMatchObject({ reason: null, httpStatus: 200, answer: Buffer.from('begun') });
  });

  it('that does not come is waited for no longer than was said', async () => {
    const one = await there();
    one.answer = () => undefined;
    expect(await sender({ attemptMs: 300 }).send(one.url, {}, '{}', never)).toMatchObject({ reason: 'timeout', httpStatus: null });
  });

  it('may be cut off', async () => {
    const one = await there();
    const cut = new AbortController();
    one.answer = () => cut.abort();
    expect(await sender().send(one.url, {}, '{}', cut.signal)).toMatchObject({ reason: 'timeout' });
  });

  it('that breaks off before its status is none', async () => {
    const one = await there();
    one.answer = (response) => void response.socket!.destroy();
    expect(await sender().send(one.url, {}, '{}', never)).toMatchObject({ reason: 'connection', httpStatus: null });
  });
});

describe('a connection', () => {
  it('is made by TLS to whom the certificate names, and to nobody else', async () => {
    const one = await there({ tls: localhost });
    const trusting = sender({ ca: localhost.cert });
    expect(await trusting.send(named(one, 'localhost'), {}, '{}', never)).toMatchObject({ reason: null });
    expect(await trusting.send(named(one, 'other.example'), {}, '{}', never)).toMatchObject({ reason: 'certificate' });
    expect(await sender().send(named(one, 'localhost'), {}, '{}', never)).toMatchObject({ reason: 'certificate' });
    expect(one.received).toHaveLength(1);
  });

  it.each(['https://hooks.example/', 'https://127.0.0.1/', 'https://[::ffff:127.0.0.1]/', 'https://169.254.169.254/', 'https://2130706433/', 'http://93.184.216.34/'])('to %s is refused outside of the sandbox', async (url) => {
    expect(await sender({ reach: 'public' }).send(url, {}, '{}', never)).toMatchObject({ reason: 'address-refused' });
  });

  it('is refused once a name leads inside that led outside when it was registered', async () => {
    const one = await there({ tls: localhost });
    let address = '93.184.216.34';
    const resolve: Resolve = () => Promise.resolve([{ address, family: 4 }]);
    await new Targets('public', resolve).admit(named(one, 'hooks.example'));
    address = '127.0.0.1';
    expect(await sender({ reach: 'public', resolve, ca: localhost.cert }).send(named(one, 'hooks.example'), {}, '{}', never)).toMatchObject({ reason: 'address-refused' });
    expect(one.received).toEqual([]);
  });

  it('fails where nobody listens, and where nobody knows the name', async () => {
    const one = await receiver();
    await one.close();
    expect(await sender().send(one.url, {}, '{}', never)).toMatchObject({ reason: 'connection' });
    const resolve: Resolve = () => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }));
    expect(await sender({ resolve }).send('http://nowhere.example', {}, '{}', never)).toMatchObject({ reason: 'name' });
  });
});
