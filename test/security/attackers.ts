// Attacks from a process of its own, so that whoever is measured shares no thread with it. Reads which one from its standard input, writes what it met.
import { Agent, request as ask } from 'node:http';
import { connect, type Socket } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Attack {
  readonly name: AttackName;
  readonly port: number;
  /** Of the metrics. */
  readonly managementPort: number;
  readonly seconds: number;
  /** Of the customer that makes the noise, and his account. */
  readonly customer: string;
  readonly accountId: string;
  readonly service: string;
  readonly analyst: string;
}

/** How often each status came; `closed`: the connection ended without one; `connected` and `open`: connections that were let in, and that were still there at the end. */
export type Met = Readonly<Record<string, number>>;

export type AttackName = keyof typeof attacks;

type Count = (what: string | number, times?: number) => void;

const nested = Buffer.alloc(1024 * 1024, '[');
/** All but the last byte. */
const unended = Buffer.alloc(8 * 1024 * 1024 - 1, ' ');
const shapeless: readonly (readonly [method: string, path: string, type: string, body: string])[] = [
  ['POST', '/v1/accounts', 'application/json', '{"name":'], ['GET', '/v1/nothing', '', ''], ['GET', '/docs', '', ''], ['POST', '/v1/accounts', 'text/html', '<'],
  ['POST', '/v1/accounts', 'application/json', 'x'.repeat(1_100_000)], ['GET', '/v1/accounts/%zz', '', ''],
];

/** Each goes on for so many seconds, and leaves nothing behind. */
const attacks = {
  /** Four strangers, a mebibyte of nested arrays each, over and over. */
  nested: (attack: Attack, count: Count) => lanes(attack, 4, () => raw(attack.port, [`POST /v1/accounts HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${nested.length}\r\n\r\n`, nested], count)),
  /** Sixty strangers hold back the last byte of 8 MiB. */
  'slow bodies': (attack: Attack, count: Count) => held(attack, 60, [upload(attack, ''), unended], count),
  /** The back end does. */
  'slow bodies of somebody known': (attack: Attack, count: Count) => held(attack, 60, [upload(attack, `authorization: Bearer ${attack.service}\r\n`), unended], count),
  /** What makes no sense, over and over. */
  nonsense: (attack: Attack, count: Count) => lanes(attack, 16, (nth) => {
    const [method, path, type, body] = shapeless[nth % shapeless.length]!;
    return send(attack, count, method, path, { ...(type !== '' && { 'content-type': type }) }, body);
  }),
  /** Three hundred begin a header, do not end it, and do not read what they are told. */
  'sockets never read': (attack: Attack, count: Count) => held(attack, 300, ['GET /v1/plans HTTP/1.1\r\nhost:'], count, { reads: false }),
  garbage: (attack: Attack, count: Count) => held(attack, 300, ['what is this?\r\n\r\n'], count),
  /** One customer, 150 commands at once on his account. */
  'one noisy customer': (attack: Attack, count: Count) => lanes(attack, 150, (nth) => {
    const body = JSON.stringify({ enabled: true, threshold: { amount: 100 + (nth % 1000), currency: 'USD' }, amount: { amount: 1000, currency: 'USD' } });
    return send(attack, count, 'PUT', `/v1/accounts/${attack.accountId}/wallet/auto-recharge`, { authorization: `Bearer ${attack.customer}`, 'content-type': 'application/json' }, body);
  }),
  /** One customer, as many events as he gets. */
  'a long stream': (attack: Attack, count: Count) => lanes(attack, 8, (nth) =>
    send(attack, count, 'PATCH', `/v1/accounts/${attack.accountId}`, { authorization: `Bearer ${attack.customer}`, 'content-type': 'application/json' }, JSON.stringify({ name: `Ada ${nth}` }))),
  downloads: (attack: Attack, count: Count) => lanes(attack, 60, () => send(attack, count, 'GET', `/v1/accounts/${attack.accountId}/data-export`, { authorization: `Bearer ${attack.customer}` }, '')),
  /** Twenty strangers send a thousand requests each on one connection, for a long answer, and read none. */
  'requests ahead': (attack: Attack, count: Count) => held(attack, 20, ['GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(1_000)], count, { reads: false }),
  'cookies of no session': (attack: Attack, count: Count) => lanes(attack, 50, (nth) => send(attack, count, 'GET', `/v1/accounts/${attack.accountId}`, { cookie: `sunset_page=${String(nth).padStart(43, 'x')}` }, '')),
  'probes and metrics': (attack: Attack, count: Count) => lanes(attack, 50, (nth) =>
    (nth % 2 === 0 ? send({ ...attack, port: attack.managementPort }, (what) => count(`metrics ${what}`), 'GET', '/metrics', {}, '') : send(attack, count, 'GET', '/health/ready', {}, ''))),
  /** A customer sends a mebibyte of blanks in as many chunks, eight times at once. */
  'chunks of a byte': (attack: Attack, count: Count) =>
    held(attack, 8, [`PATCH /v1/accounts/${attack.accountId} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${attack.customer}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`, Buffer.from('1\r\n \r\n'.repeat(1_000_000))], count),
  /** The back end asks for two hundred pages of the feed and reads none. */
  'answers never read': (attack: Attack, count: Count) => held(attack, 200, [`GET /v1/events?limit=1000 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${attack.service}\r\n\r\n`], count, { reads: false }),
  /** A list of contacts with what is almost a phone number, and long. */
  'almost a number': (attack: Attack, count: Count) => lanes(attack, 4, () =>
    send(attack, count, 'POST', `/v1/accounts/${attack.accountId}/data/contacts`, { authorization: `Bearer ${attack.service}`, 'content-type': 'application/x-ndjson' }, JSON.stringify({ id: '1', optedOut: true, phone: `1${','.repeat(20_000)}!` }))),
  /** One analyst asks for reports of ever other instants. */
  pasts: (attack: Attack, count: Count) => lanes(attack, 8, (nth) =>
    send(attack, count, 'GET', `/v1/analytics/reasons?asOf=${new Date(1_700_000_000_000 + nth).toISOString()}`, { authorization: `Bearer ${attack.analyst}` }, '')),
  'cohort reports': (attack: Attack, count: Count) => lanes(attack, 20, () =>
    send(attack, count, 'GET', '/v1/analytics/cohorts?interval=day&from=2020-01-01T00:00:00Z', { authorization: `Bearer ${attack.analyst}` }, '')),
} as const;

/** Lanes work one thing after the other until the time is over. */
async function lanes({ seconds }: Attack, count: number, work: (nth: number) => Promise<void>): Promise<void> {
  const end = performance.now() + seconds * 1000;
  let nth = 0;
  await Promise.all(Array.from({ length: count }, async () => {
    while (performance.now() < end) await work(nth++);
  }));
}

const agent = new Agent({ keepAlive: true });
const sending = new Set<{ destroy(): void }>();

/** Whoever is told to come again later waits a little, as even an attacker has to. */
function send({ port }: Attack, count: Count, method: string, path: string, headers: Record<string, string>, body: string): Promise<void> {
  return new Promise((done) => {
    const sent = ask({ agent, port, host: '127.0.0.1', method, path, headers: { ...headers, ...(body !== '' && { 'content-length': Buffer.byteLength(body) }) } }, (answer) => {
      count(answer.statusCode!);
      answer.resume().on('close', ended);
    });
    const ended = (): void => {
      sending.delete(sent);
      done();
    };
    sending.add(sent);
    sent.on('error', () => {
      count('closed');
      ended();
    }).end(body);
  });
}

const upload = ({ accountId }: Attack, headers: string): string =>
  `POST /v1/accounts/${accountId}/data/contacts HTTP/1.1\r\nhost: x\r\n${headers}content-type: application/x-ndjson\r\ncontent-length: ${unended.length + 1}\r\n\r\n`;

function raw(port: number, says: readonly (string | Buffer)[], count: Count): Promise<void> {
  return new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let heard = '';
    socket.on('data', (chunk) => (heard += String(chunk))).on('error', () => undefined).on('close', () => {
      count(/^HTTP\/1.1 (\d+)/.exec(heard)?.[1] ?? 'closed');
      done();
    });
    socket.on('end', () => socket.destroy());
    for (const part of says) socket.write(part);
    sending.add(socket);
  });
}

/** Connections that are held as long as the other side lets them be. */
async function held({ port, seconds }: Attack, many: number, says: readonly (string | Buffer)[], count: Count, { reads = true } = {}): Promise<void> {
  const sockets = new Set<Socket>();
  for (let left = many; left > 0; left -= 1) {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    sockets.add(socket);
    socket.once('connect', () => count('connected')).on('error', () => undefined).on('close', () => sockets.delete(socket)).on('end', () => {
      sockets.delete(socket);
      socket.destroy();
    });
    if (reads) socket.once('data', (chunk) => count(/^HTTP\/1.1 (\d+)/.exec(String(chunk))?.[1] ?? 'closed'));
    for (const part of says) socket.write(part);
  }
  await sleep(seconds * 1000);
  count('open', sockets.size);
  for (const socket of sockets) socket.destroy();
}

const attack = (await json(process.stdin)) as Attack;
const met: Record<string, number> = {};
const count: Count = (what, times = 1) => {
  met[what] = (met[what] ?? 0) + times;
};
await Promise.race([attacks[attack.name](attack, count), sleep(attack.seconds * 1000 + 2_000)]);
for (const one of sending) one.destroy();
process.stdout.write(JSON.stringify(met), () => process.exit(0));
