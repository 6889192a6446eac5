// The connections of the server: how many there may be, how long they may be slow, and how all of them end when the process is to stop.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../problems/problems.js';
import { networkOf } from '../requests/network.js';
import { isUncounted } from '../requests/route.js';
import { isStreamed } from './body-parsers.js';
import { sendProblem } from './problem.filter.js';

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

/** How many requests may come on a connection before the one that is under way there has its answer; whoever sends more is cut off. */
export const aheadMost = 32;

/** How often Node looks for those who take longer. */
export const checkEveryMs = 2_000;

/** How long a socket stays that was answered what ends it, and whose other side neither reads nor closes. */
export const lastWordsMs = 1_000;

/** How long each step of the end takes at most, in milliseconds. */
export interface StopLimits {
  /** Who asks again and again on a connection of his is served so long, and told by each answer that the connection ends, so that nothing is sent to who does not read any more. */
  readonly busyMs: number;
  /** Then whoever comes is told for so long to come again: what has come to a port that is closed is reset, and nobody knows what became of it. */
  readonly turnAwayMs: number;
  /** Without a request for so long nobody does, or comes. */
  readonly quietMs: number;
  /** Who has not asked for anything in full has so long to do so once no other connection is taken. */
  readonly finishAskingMs: number;
  /** Then everything is cut off. */
  readonly limitMs: number;
}

const turnMs = 10;

export const usualStopLimits: StopLimits = { busyMs: 1_000, turnAwayMs: 2_000, quietMs: 100, finishAskingMs: 250, limitMs: 5_000 };

export class Connections {
  private readonly sockets = new Set<Socket>();
  private readonly ofAddress = new Map<string, number>();
  /** Those on which a request is under way, and the ones that have come after it and are begun when it has its answer. */
  private readonly underWay = new Map<Socket, (() => void)[]>();
  private came = 0;
  private lastCameAt = -Infinity;
  private stopping = false;
  private turnsAway = false;

  constructor(private readonly limits: ConnectionLimits) {}

  /** Whether the process is about to end: whoever distributes requests should send it no more. */
  get ending(): boolean {
    return this.stopping;
  }

  keep(instance: FastifyInstance): void {
    instance.server.on('connection', (socket: Socket) => this.accept(socket));
    // Node would answer by itself, and nobody would count it.
    instance.server.on('checkExpectation', (request, response) => instance.server.emit('request', request, response));
    instance.addHook('onRequest', (request, reply, done) => {
      const { socket } = request.raw;
      const begin = (): void => {
        this.hurry(instance.server, request);
        this.came += 1;
        this.lastCameAt = performance.now();
        reply.raw.once('close', () => this.goOn(socket));
        if (this.turnsAway && !isUncounted(request)) sendProblem(request, reply, new Problem('unavailable', { detail: 'The process is about to end: ask again.', headers: { 'retry-after': '1' } }));
        else done();
      };
      const waiting = this.underWay.get(socket);
      if (!waiting) {
        this.underWay.set(socket, []);
        begin();
      } else if (waiting.length < aheadMost) {
        waiting.push(begin);
      } else {
        reply.hijack();
        socket.destroy();
      }
    });
    instance.addHook('preClose', () => this.end(instance.server));
  }

  /** Node tells what is under way on a connection that it has closed, and nothing of what waits behind it: that is never begun. */
  private goOn(socket: Socket): void {
    const begin = socket.destroyed ? undefined : this.underWay.get(socket)?.shift();
    if (begin) begin();
    else this.underWay.delete(socket);
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
    const address = networkOf(socket.remoteAddress ?? '');
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
    const { busyMs, turnAwayMs, finishAskingMs, limitMs } = this.limits.stop;
    this.stopping = true;
    const timers = [setTimeout(() => this.cut(() => true), limitMs)];
    server.once('close', () => timers.forEach(clearTimeout));
    if (!(await this.isQuietWithin(busyMs, () => this.underWay.size > 0))) {
      this.turnsAway = true;
      await this.isQuietWithin(turnAwayMs, () => false);
    }
    timers.push(setTimeout(() => this.cut((socket) => !this.underWay.has(socket)), finishAskingMs));
    if (!server.listening) timers.forEach(clearTimeout);
  }

  /**
   * Whether nobody came within `ms` for so long as counts as quiet, and nobody is busy. Counted in turns of the event loop, in each of which whoever has come meanwhile is heard: a
   * process that was held up is not one that nobody asks.
   */
  private async isQuietWithin(ms: number, isBusy: () => boolean): Promise<boolean> {
    const until = performance.now() + ms;
    const turnsWanted = Math.ceil(this.limits.stop.quietMs / turnMs);
    let turns = performance.now() < this.lastCameAt + this.limits.stop.quietMs ? 0 : turnsWanted - 1;
    while (turns < turnsWanted && performance.now() < until) {
      const before = this.came;
      await sleep(turnMs);
      turns = isBusy() || this.came > before ? 0 : turns + 1;
    }
    return turns >= turnsWanted;
  }

  private cut(which: (socket: Socket) => boolean): void {
    for (const socket of this.sockets) if (which(socket)) socket.destroy();
  }
}
