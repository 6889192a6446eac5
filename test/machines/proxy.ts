// A small proxy before several APIs: in turn, to those that say that they are ready. It repeats nothing that was sent; where a connection is refused nothing was, and the next one is asked.
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Proxy {
  readonly base: string;
  /** What was forwarded, by the answer's status, and how often a connection was refused; `broken`: an answer that did not come whole, told as 502. */
  readonly seen: { readonly statuses: Map<number, number>; refusedConnections: number; broken: number; nobodyReady: number };
  readonly ready: ReadonlySet<string>;
  stop(): Promise<void>;
}

const lookEveryMs = 200;

export async function startProxy(targets: readonly string[]): Promise<Proxy> {
  const seen = { statuses: new Map<number, number>(), refusedConnections: 0, broken: 0, nobodyReady: 0 };
  const ready = new Set<string>();
  const stopping = new AbortController();
  const watch = async (target: string): Promise<void> => {
    while (!stopping.signal.aborted) {
      const answer = await fetch(`${target}/health/ready`, { signal: stopping.signal }).catch(() => undefined);
      if (answer?.status === 200) ready.add(target);
      else ready.delete(target);
      await sleep(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const watches = targets.map(watch);

  let turn = 0;
  const forward = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    const there = targets.filter((target) => ready.has(target));
    turn += 1;
    for (const target of there.map((_, index) => there[(turn + index) % there.length]!)) {
      const became = await pass(target, incoming, body, outgoing);
      if (became !== 'refused') return;
      seen.refusedConnections += 1;
    }
    seen.nobodyReady += 1;
    outgoing.writeHead(503, { 'retry-after': '1', 'content-type': 'application/problem+json' }).end();
  };
  const pass = (target: string, { method, url, headers }: IncomingMessage, body: Buffer, outgoing: ServerResponse): Promise<'passed' | 'refused'> =>
    new Promise((resolve) => {
      const fail = (error: NodeJS.ErrnoException): void => {
        if (error.code === 'ECONNREFUSED') return resolve('refused');
        seen.broken += 1;
        if (!outgoing.headersSent) outgoing.writeHead(502);
        outgoing.end();
        resolve('passed');
      };
      const asked = ask(target + url!, { method, headers: { ...headers, 'content-length': body.length, connection: 'close' }, agent: false }, (answer) => {
        buffer(answer).then((content) => {
          seen.statuses.set(answer.statusCode!, (seen.statuses.get(answer.statusCode!) ?? 0) + 1);
          const { connection: _ours, 'transfer-encoding': _whole, ...told } = answer.headers;
          outgoing.writeHead(answer.statusCode!, told).end(content);
          resolve('passed');
        }, fail);
      });
      asked.on('error', fail).end(body);
    });
  const server = createServer((incoming, outgoing) => void forward(incoming, outgoing).catch(() => outgoing.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  while (ready.size < targets.length) await sleep(50);
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen, ready,
    async stop() {
      stopping.abort();
      await Promise.all(watches);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
