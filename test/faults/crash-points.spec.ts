// That a process is killed where it is said to be, and what crosses in between comes through whole.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { CrashPoints } from './crash-points.js';
import { Proxy, type Way } from './proxy.js';

const message = (type: string, body: string): Buffer => {
  const content = Buffer.from(body, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(type), length, content]);
};
const startup = message('', '\0\x03\0\0user\0postgres\0\0');
const prepare = (name: string, sql: string): Buffer => message('P', `${name}\0${sql}\0\0\0`);
const bind = (name: string, parameters: readonly string[] = []): Buffer =>
  message('B', `\0${name}\0\0\0\0${String.fromCharCode(parameters.length)}${parameters.map((one) => `\0\0\0${String.fromCharCode(one.length)}${one}`).join('')}\0\0`);
const simple = (sql: string): Buffer => message('Q', `${sql}\0`);
const append = 'SELECT first_position FROM sunset.append_events($1, $2, $3, $4)';

/** What was passed on of these pieces, until it was killed. */
function passed(points: CrashPoints, pieces: readonly Buffer[], connection = {}): number {
  const stopped = pieces.findIndex((piece) => !points.asked(connection, piece));
  return stopped === -1 ? pieces.length : stopped;
}

describe('a crash point', () => {
  it('is before the append: the server never hears of it', () => {
    let kills = 0;
    const points = new CrashPoints(() => (kills += 1));
    points.arm('before the append');
    expect(passed(points, [startup, simple('BEGIN'), prepare('s1', append), bind('s1'), simple('COMMIT')])).toBe(3);
    expect([kills, points.isArmed]).toEqual([1, false]);
  });

  it('knows statements by the names they were prepared under, in pieces of any size, before it was armed', () => {
    let kills = 0;
    const points = new CrashPoints(() => (kills += 1));
    const connection = {};
    passed(points, [Buffer.concat([startup, prepare('s1', append), bind('s1')])], connection);
    points.arm('before the commit');
    const bytes = [...Buffer.concat([simple('BEGIN'), bind('s1'), simple('COMMIT')])].map((byte) => Buffer.from([byte]));
    expect(passed(points, bytes, connection)).toBe(bytes.length - 1);
    expect(kills).toBe(1);
  });

  it('is behind the commit: the server carries it out, and its answer is swallowed', () => {
    let kills = 0;
    const points = new CrashPoints(() => (kills += 1));
    const connection = {};
    points.arm('committed, and not told');
    const all = [startup, simple('BEGIN'), prepare('', append), bind(''), simple('COMMIT')];
    expect(passed(points, all, connection)).toBe(all.length);
    expect([kills, points.answered(connection), kills]).toEqual([0, false, 1]);
  });

  it('lets a commit pass that has appended nothing, and in a batch the append of a single account', () => {
    let kills = 0;
    const points = new CrashPoints(() => (kills += 1));
    points.arm('before the commit');
    expect(passed(points, [startup, simple('BEGIN'), simple('SELECT 1'), simple('COMMIT')])).toBe(4);
    points.arm('in a batch, before the append');
    const [one, two] = ['r4-0', 'r4-1'];
    expect(passed(points, [startup, simple('BEGIN'), prepare('', append), bind('', ['7', `{"${one}"}`])])).toBe(4);
    expect(passed(points, [startup, simple('BEGIN'), prepare('', append), bind('', ['7', `{"${one}","${two}"}`])])).toBe(3);
    expect(kills).toBe(1);
  });
});

describe('a way', () => {
  it.each(['open', 'slow', 'sliced'] as const satisfies readonly Way[])('that is %s brings everything, in order', async (way) => {
    const server = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = await Proxy.to(() => (server.address() as AddressInfo).port);
    proxy.way = way;
    const sent = Buffer.from(Array.from({ length: 300 }, (_, nth) => nth % 251));
    const client = connect(proxy.port, '127.0.0.1');
    client.end(sent);
    expect(Buffer.compare(await buffer(client), sent)).toBe(0);
    expect(way === 'open' || proxy.met[way] > 0).toBe(true);
    await proxy.close();
    server.close();
  });

  it('that is silent brings nothing until it is open again, and one that is cut ends', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = await Proxy.to(() => (server.address() as AddressInfo).port);
    proxy.way = 'silent';
    const client = connect(proxy.port, '127.0.0.1').on('error', () => undefined);
    client.write('one');
    while (proxy.met.silent === 0) await new Promise((go) => setTimeout(go, 1));
    const heard = once(client, 'data');
    proxy.way = 'open';
    expect(String((await heard)[0])).toBe('one');
    const ended = new Promise((closed) => client.once('close', closed));
    expect(proxy.cut()).toBe(1);
    await ended;
    await proxy.close();
    server.close();
  });
});
