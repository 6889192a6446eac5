// The connections of the server: how many there may be, how long they may be slow, and how all of them end when the process is to stop.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isStreamed } from './body-parsers.js';

export interface ConnectionLimits {
  /** Of the process. */
  readonly most: number;
  /** From one address; 0: as many as there may be at all, for a proxy in front brings everybody's from its own. */
  readonly mostOfAddress: number;
  /** For a body that is read whole. */
  readonly bodyMs: number;
  readonly stop: StopLimits;
}

/**
 * For the whole header, for a body that is read whole, for one that is read as it comes, and without a byte in either direction while an answer is under way: twice as long as
 * anybody may ask us to wait.
 */
export const patience = { headersMs: 15_000, bodyMs: 60_000, longestMs: 3_600_000, silenceMs: 120_000 } as const;

/** How often Node looks for those who take longer. */
export const checkEveryMs = 2_000;

/** How long a socket stays that was answered what ends it, and whose other side neither reads nor closes. */
export const lastWordsMs = 1_000;

/** How long each step of the end takes at most, in milliseconds. */
export interface StopLimits {
  /** Who asks again and again on a connection of his is served so long, and told by each answer that the connection ends, so that nothing is sent to who does not read any more. */
  readonly busyMs: number;
  /** Without a request for so long nobody does. */
  readonly quietMs: number;
  /** A connection on which nobody has asked for anything yet has so long to do so once no other is taken. */
  readonly firstWordsMs: number;
  /** Then everything is cut off. */
  readonly limitMs: number;
}

export const usualStopLimits: StopLimits = { busyMs: 1_000, quietMs: 100, firstWordsMs: 250, limitMs: 5_000 };

export class Connections {
  private readonly sockets = new Set<Socket>();
  private readonly ofAddress = new Map<string, number>();
  private underWay = 0;
  private lastEndedAt = -Infinity;
  private stopping = false;

  constructor(private readonly limits: ConnectionLimits) {}

  /** Whether the process is about to end: whoever distributes requests should send it no more. */
  get ending(): boolean {
    return this.stopping;
  }

  keep(instance: FastifyInstance): void {
    instance.server.on('connection', (socket: Socket) => this.accept(socket));
    instance.addHook('onRequest', (request, reply, done) => {
      this.hurry(instance.server, request);
      this.underWay += 1;
      reply.raw.once('close', () => {
        this.underWay -= 1;
        this.lastEndedAt = performance.now();
      });
      done();
    });
    instance.addHook('preClose', () => this.end(instance.server));
  }

  /** Node has one limit for all requests, and one of them may take very long: what Node does with who exceeds it is done here with everybody else. */
  private hurry(server: Server, request: FastifyRequest): void {
    const { raw } = request;
    if (isStreamed(request) || !('transfer-encoding' in raw.headers || Number(raw.headers['content-length']) > 0)) return;
    const late = setTimeout(() => {
      if (!raw.complete && this.sockets.has(raw.socket)) server.emit('clientError', Object.assign(new Error('the body took too long to come'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), raw.socket);
    }, this.limits.bodyMs).unref();
    raw.once('close', () => clearTimeout(late));
  }

  private accept(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const { most, mostOfAddress } = this.limits;
    const count = this.ofAddress.get(address) ?? 0;
    if (this.sockets.size >= most || (mostOfAddress > 0 && count >= mostOfAddress)) return void socket.destroy();
    this.sockets.add(socket);
    this.ofAddress.set(address, count + 1);
    socket.once('close', () => {
      this.sockets.delete(socket);
      const left = this.ofAddress.get(address)! - 1;
      if (left > 0) this.ofAddress.set(address, left);
      else this.ofAddress.delete(address);
    });
  }

  /** Fastify stops listening after this. */
  private async end(server: Server): Promise<void> {
    const { busyMs, quietMs, firstWordsMs, limitMs } = this.limits.stop;
    this.stopping = true;
    const begunAt = performance.now();
    const timers = [setTimeout(() => this.cut(() => true), limitMs)];
    server.once('close', () => timers.forEach(clearTimeout));
    while (performance.now() < begunAt + busyMs && (this.underWay > 0 || performance.now() < this.lastEndedAt + quietMs)) await sleep(10);
    // Node waits for the first request of those that have never asked for anything.
    timers.push(setTimeout(() => this.cut(({ bytesRead }) => bytesRead === 0), firstWordsMs));
    if (!server.listening) timers.forEach(clearTimeout);
  }

  private cut(which: (socket: Socket) => boolean): void {
    for (const socket of this.sockets) if (which(socket)) socket.destroy();
  }
}
