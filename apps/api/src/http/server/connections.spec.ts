// Connections as strangers and loads make them: slow, silent, broken off, too many, and in use while the process stops.
import { get } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Post } from '@nestjs/common';
import { Allow, Anyone } from '../../auth/policy.js';
import { Answers } from '../answers/answers.js';
import { anything } from '../answers/schemas.js';
import { OwnTransaction } from '../idempotency/idempotency.interceptor.js';
import { aheadMost, Connections, type StopLimits } from './connections.js';
import { readSettings } from './settings.js';
import { testServer, type TestServer } from './test-server.js';
import { eventually } from '../../../../../test/support/eventually.js';

@Controller('v1')
class TestController {
  @Get('quick') @Anyone() @Answers(200, anything, 'At once.')
  quick(): object {
    return {};
  }

  @Get('slow') @Anyone() @Answers(200, anything, 'When it may.')
  async slow(): Promise<object> {
    begun += 1;
    await new Promise<void>((done) => waiting.push(done));
    return {};
  }

  @Post('letters') @Allow('operator') @OwnTransaction() @Answers(200, anything, 'Read.')
  letter(@Body() body: object): object {
    return { keys: Object.keys(body).length };
  }
}

/** Those who ask slowly: how many have begun, and how to answer them. */
let begun = 0;
const waiting: (() => void)[] = [];

let server: TestServer;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

const environment = { SANDBOX: 'true', DATABASE_URL: 'postgres://unused', RATE_LIMIT_PER_MINUTE: '0' };

async function listening(more: Record<string, string> = {}, stop: Partial<StopLimits> = {}): Promise<number> {
  const read = readSettings({ ...environment, ...more });
  const settings = { ...read, connections: { ...read.connections, stop: { ...read.connections.stop, ...stop } } };
  begun = 0;
  server = await testServer([TestController], { settings });
  await server.app.listen(0, '127.0.0.1');
  return (server.app.getHttpServer().address() as AddressInfo).port;
}

interface Line {
  readonly socket: Socket;
  readonly heard: () => string;
  readonly closed: () => boolean;
}

/** A connection that never closes by itself. */
async function line(port: number, says = ''): Promise<Line> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  let [heard, closed] = ['', false];
  socket.on('data', (chunk) => (heard += String(chunk))).on('error', () => undefined).on('close', () => (closed = true)).on('end', () => (closed = true));
  await new Promise<void>((done) => void socket.once('connect', done));
  socket.write(says);
  return { socket, heard: () => heard, closed: () => closed };
}

const open = (): Promise<number> => new Promise((done) => server.app.getHttpServer().getConnections((_error: unknown, count: number) => done(count)));

describe('a connection', () => {
  it('that was told it makes no sense is given up, although the other side keeps it', async () => {
    const port = await listening();
    const { heard } = await line(port, 'what is this?\r\n\r\n');
    await eventually('it is told', () => heard().startsWith('HTTP/1.1 400 '));
    // Long before the time that a header has is over.
    await eventually('nothing is kept of it', async () => (await open()) === 0, 10_000);
  });

  it('whose request does not come in time is told so, and not that it made no sense', async () => {
    const port = await listening();
    const accepted = new Promise<Socket>((came) => void server.app.getHttpServer().once('connection', came));
    const { heard } = await line(port, 'POST /v1/letters HTTP/1.1\r\n');
    // As Node does once the time for headers is over.
    server.app.getHttpServer().emit('clientError', Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), await accepted);
    await eventually('it is told', () => heard().includes('The request took too long to arrive.'));
    expect(heard()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('is not taken where its address has too many', async () => {
    const port = await listening({ CONNECTIONS_PER_ADDRESS: '2' });
    const [first, second, third] = [await line(port), await line(port), await line(port)];
    await eventually('the third is closed', () => third.closed());
    expect([first.closed(), second.closed(), await open()]).toEqual([false, false, 2]);
    first.socket.destroy();
    await eventually('there is room', async () => (await open()) === 1);
    const fourth = await line(port, 'GET /v1/quick HTTP/1.1\r\nhost: x\r\n\r\n');
    await eventually('it is served', () => fourth.heard().startsWith('HTTP/1.1 200 '));
  });

  it('is taken by one server, which has the limits: a name may stand for several addresses, and Fastify makes a server for each', () => {
    expect(isIP(readSettings({ ...environment, HOST: 'localhost' }).host)).toBe(4);
  });

  it('is not taken where there are too many in all', async () => {
    const port = await listening({ CONNECTIONS_MOST: '1', CONNECTIONS_PER_ADDRESS: '0' });
    const [first, second] = [await line(port), await line(port)];
    await eventually('the second is closed', () => second.closed());
    // And not because it has asked for nothing all the while.
    first.socket.write('GET /v1/quick HTTP/1.1\r\nhost: x\r\n\r\n');
    await eventually('the first is served', () => first.heard().startsWith('HTTP/1.1 200 '));
  });
});

describe('requests that come on one connection before the first has its answer', () => {
  const asks = (path: string, more = ''): string => `GET /v1/${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;
  const answers = ({ heard }: Line): number => heard().split('HTTP/1.1 200 ').length - 1;

  it('are begun one after the other, and not at all where nobody is there any more', async () => {
    const port = await listening();
    const one = await line(port, asks('slow').repeat(3));
    await eventually('the first is under way', () => begun === 1);
    const other = await line(port, asks('quick'));
    await eventually('others are served', () => answers(other) === 1);
    expect(begun).toBe(1);
    waiting.splice(0).forEach((done) => done());
    await eventually('the second is under way', () => begun === 2 && answers(one) === 1);
    one.socket.destroy();
    await eventually('it has gone', async () => (await open()) === 1);
    waiting.splice(0).forEach((done) => done());
    const last = await line(port, asks('quick').repeat(aheadMost));
    await eventually('whoever keeps his turn has all his answers', () => answers(last) === aheadMost);
    expect(begun).toBe(2);
  });

  it('end it where they are too many', async () => {
    const port = await listening();
    const { closed } = await line(port, asks('slow').repeat(2 + aheadMost));
    await eventually('it is cut off', closed);
    expect(begun).toBe(1);
  });

  it('are taken whatever they expect, and counted', async () => {
    const port = await listening({ RATE_LIMIT_PER_MINUTE: '100' });
    const { heard } = await line(port, `${asks('quick', 'expect: the-unexpected\r\n')}${asks('%zz')}${asks(`quick/${'x'.repeat(600)}`)}`);
    await eventually('each has its answer', () => heard().split('HTTP/1.1 ').length === 4);
    expect(heard().match(/(?<=HTTP\/1\.1 )\d+|(?<=ratelimit-remaining: )\d+/g)).toEqual(['200', '99', '404', '98', '404', '97']);
  });
});

describe('a body', () => {
  const head = (headers: string): string => `POST /v1/letters HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${headers}\r\n`;

  it('of nobody is not waited for', async () => {
    const port = await listening();
    const { heard } = await line(port, `${head('content-length: 1000000\r\n')}[[[[`);
    await eventually('it is answered', () => heard().startsWith('HTTP/1.1 401 '));
  });

  it('of a path that is not there is not waited for', async () => {
    const port = await listening();
    const { heard } = await line(port, 'POST /v1/nothing HTTP/1.1\r\nhost: x\r\ncontent-type: text/html\r\ncontent-length: 1000000\r\n\r\n<');
    await eventually('it is answered', () => heard().startsWith('HTTP/1.1 404 '));
  });

  it('in chunks of a byte each is cut off', async () => {
    const port = await listening();
    const { closed, socket } = await line(port, head(`authorization: ${await server.authorization({ role: 'operator', subject: 'o' })}\r\ntransfer-encoding: chunked\r\n`));
    for (let left = 10; left > 0; left -= 1) socket.write('1\r\n \r\n'.repeat(20_000));
    await eventually('it is cut off', closed);
  });

  it.each([
    ['of which so much has come', 'transfer-encoding: chunked\r\n', `57\r\n{"a":"${'x'.repeat(80)}\r\n`],
    ['of which nothing has come', 'content-length: 90\r\n', ''],
  ])('beside others of the same caller, %s, is refused where they are too much together, and taken when they have gone', async (_, length, sent) => {
    const port = await listening({ BODY_BYTES_MOST: '400' });
    const authorization = await server.authorization({ role: 'operator', subject: 'o' });
    const held = await line(port, `${head(`authorization: ${authorization}\r\n${length}`)}${sent}`);
    const send = async (): Promise<number> =>
      (await fetch(`http://127.0.0.1:${port}/v1/letters`, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify({ a: 'x'.repeat(20) }) })).status;
    await eventually('the first is held', async () => (await send()) === 429);
    held.socket.destroy();
    await eventually('it has gone', async () => (await send()) === 200);
  });

  it('that cannot fit is refused before any of it has come', async () => {
    const port = await listening({ BODY_BYTES_MOST: '400' });
    const { heard } = await line(port, head(`authorization: ${await server.authorization({ role: 'operator', subject: 'o' })}\r\ncontent-length: 101\r\n`));
    await eventually('it is refused', () => heard().startsWith('HTTP/1.1 429 '));
  });

  it.each([
    ['is nested deeper than anybody needs', '['.repeat(65) + ']'.repeat(65), 'must not be nested deeper than 64 levels'],
    ['has more parts than anybody needs', `[${'1,'.repeat(50_001)}1]`, 'must not have more than 50000 members and elements'],
  ])('that %s is refused', async (_, payload, message) => {
    await listening();
    const headers = { 'content-type': 'application/json', authorization: await server.authorization({ role: 'operator', subject: 'o' }) };
    const answer = await server.app.inject({ method: 'POST', url: '/v1/letters', headers, payload });
    expect([answer.statusCode, answer.json().errors]).toEqual([422, [{ pointer: '', message }]]);
  });

  it('may hold in its texts whatever it likes', async () => {
    await listening();
    const headers = { 'content-type': 'application/json', authorization: await server.authorization({ role: 'operator', subject: 'o' }) };
    const answer = await server.app.inject({ method: 'POST', url: '/v1/letters', headers, payload: JSON.stringify({ a: '[{"\\'.repeat(100) }) });
    expect(answer.json()).toEqual({ keys: 1 });
  });
});

describe('stopping', () => {
  it('waits for what is under way, and for nobody who only holds a connection', async () => {
    // Long after the test: nobody is cut off by the limit of all.
    const port = await listening({}, { busyMs: 0, turnAwayMs: 0, limitMs: 600_000 });
    await line(port);
    const authorization = await server.authorization({ role: 'operator', subject: 'o' });
    const stuck = [await line(port, 'GET /v1/qui'), await line(port, `POST /v1/letters HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\nauthorization: ${authorization}\r\ncontent-type: application/json\r\n\r\n{`)];
    const slow = fetch(`http://127.0.0.1:${port}/v1/slow`);
    await eventually('it is under way', () => begun === 1);
    const closed = server.close();
    await eventually('nobody else is taken', async () => !(await fetch(`http://127.0.0.1:${port}/v1/quick`).catch(() => null)));
    await eventually('who has not asked in full is cut off', () => stuck[0]!.closed());
    waiting.splice(0).forEach((done) => done());
    expect((await slow).status).toBe(200);
    await closed;
    expect(await open()).toBe(0);
    await eventually('they are cut off', () => stuck.every((one) => one.closed()));
  });

  it('cuts off in the end whoever has no answer by then', async () => {
    const port = await listening({}, { busyMs: 0, turnAwayMs: 0, limitMs: 500 });
    const slow = await line(port, 'GET /v1/slow HTTP/1.1\r\nhost: x\r\n\r\n');
    await eventually('it is under way', () => begun === 1);
    await server.close();
    await eventually('it is cut off', () => slow.closed());
    expect(slow.heard()).toBe('');
    waiting.splice(0).forEach((done) => done());
  });

  it('says so before it takes no more', async () => {
    const port = await listening({}, { busyMs: 60_000, limitMs: 120_000 });
    const slow = fetch(`http://127.0.0.1:${port}/v1/slow`);
    await eventually('it is under way', () => begun === 1);
    const closed = server.close();
    const answer = await fetch(`http://127.0.0.1:${port}/v1/quick`);
    expect([answer.status, answer.headers.get('connection'), server.app.get(Connections).ending]).toEqual([200, 'close', true]);
    waiting.splice(0).forEach((done) => done());
    await closed;
    expect((await slow).status).toBe(200);
  });

  it('answers every request that has come, also of those who ask all the time', async () => {
    const port = await listening({}, { busyMs: 300, turnAwayMs: 300 });
    server.app.getHttpServer().on('request', () => (begun += 1));
    const statuses: number[] = [];
    const ask = async (): Promise<void> => {
      for (;;) {
        const answer = await fetch(`http://127.0.0.1:${port}/v1/quick`).catch(() => null);
        if (!answer) return;
        statuses.push(answer.status);
      }
    };
    const askers = Array.from({ length: 16 }, ask);
    await eventually('they are busy', () => statuses.length > 200);
    await server.close();
    await Promise.all(askers);
    expect([statuses.filter((status) => ![200, 503].includes(status)), statuses.length]).toEqual([[], begun]);
  });

  it('resets nobody: who comes when no more is served is told to come again, and heeds it', async () => {
    const port = await listening({}, { busyMs: 50, turnAwayMs: 60_000, limitMs: 120_000 });
    const told: (number | string)[] = [];
    const ask = () => new Promise<number | string>((resolve) => {
      get({ port, host: '127.0.0.1', path: '/v1/quick', agent: false }, (answer) => answer.resume().once('end', () => resolve(answer.statusCode!))).once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    });
    const askers = Array.from({ length: 16 }, async () => {
      let last: number | string = 200;
      while (last === 200) told.push(last = await ask());
    });
    await eventually('they are busy', () => told.length > 200);
    await server.close();
    await Promise.all(askers);
    expect(new Set(told)).toEqual(new Set([200, 503]));
  });
});
