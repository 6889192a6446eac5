// A way from one process to one server that can be cut, silenced, slowed and sliced, and on which somebody may listen: faults of the network, and crash points.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** `silent`: half-open, nothing comes through and nobody is told. `refused`: nobody is let in. */
export type Way = 'open' | 'slow' | 'sliced' | 'silent' | 'refused';

/** Sees each piece before it is passed on; what it answers `false` to is swallowed, and with it all that follows on the connection. */
export interface Listener {
  asked(connection: object, piece: Buffer): boolean;
  answered(connection: object, piece: Buffer): boolean;
}

const slowMs = 40;
const slicedMost = 16;

export class Proxy {
  /** Each that came in, with the one that leads on. */
  private readonly connections = new Map<Socket, Socket>();
  listener: Listener | null = null;
  /** Pieces that met each fault, and connections that were cut. */
  readonly met = { slow: 0, sliced: 0, silent: 0, refused: 0, cut: 0 };
  private current: Way = 'open';
  private readonly waiting = new Set<() => void>();

  private constructor(
    private readonly server: Server,
    private readonly target: () => number,
  ) {}

  /** `target`: the port that a connection leads to, asked when it is made. */
  static async to(target: () => number): Promise<Proxy> {
    const server = createServer({ allowHalfOpen: true });
    const proxy = new Proxy(server, target);
    server.on('connection', (client) => proxy.accept(client));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get way(): Way {
    return this.current;
  }

  set way(way: Way) {
    this.current = way;
    if (way !== 'silent') for (const go of [...this.waiting]) go();
  }

  /** Ends all connections at once, without a word. */
  cut(): number {
    const cut = this.connections.size;
    for (const [client, server] of this.connections) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
    this.met.cut += cut;
    return cut;
  }

  async close(): Promise<void> {
    this.way = 'open';
    this.cut();
    await new Promise((done) => this.server.close(done));
  }

  private accept(client: Socket): void {
    if (this.current === 'refused') {
      this.met.refused += 1;
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.target(), host: '127.0.0.1', allowHalfOpen: true });
    this.connections.set(client, server);
    for (const socket of [client, server]) socket.setNoDelay(true).on('error', () => undefined);
    client.on('close', () => this.connections.delete(client));
    // Who has said its last is heard to the end; who was cut off takes the other with it.
    for (const [one, other] of [[client, server], [server, client]] as const) {
      one.on('close', (failed) => {
        if (failed || !one.readableEnded) other.destroy();
      });
    }
    this.pass(client, server, (piece) => this.listener?.asked(client, piece) ?? true);
    this.pass(server, client, (piece) => this.listener?.answered(client, piece) ?? true);
  }

  /** One piece after the other, in order, whatever the way is when its turn comes. */
  private pass(from: Socket, to: Socket, mayPass: (piece: Buffer) => boolean): void {
    let before = Promise.resolve();
    let swallowing = false;
    from.on('data', (piece: Buffer) => {
      from.pause();
      before = before.then(async () => {
        if (!swallowing) swallowing = !mayPass(piece);
        if (!swallowing) await this.hand(piece, to);
        from.resume();
      });
    });
    from.on('end', () => void before.then(() => to.end()));
  }

  private async hand(piece: Buffer, to: Socket): Promise<void> {
    if (this.current === 'silent') {
      this.met.silent += 1;
      await new Promise<void>((go) => {
        const wake = (): void => {
          this.waiting.delete(wake);
          go();
        };
        this.waiting.add(wake);
        to.once('close', wake);
      });
    }
    if (this.current === 'slow') {
      this.met.slow += 1;
      await new Promise((go) => setTimeout(go, slowMs));
    }
    const isOpen = (): boolean => !to.destroyed;
    if (!isOpen()) return;
    if (this.current !== 'sliced') return void to.write(piece);
    // The first bytes one by one, each as a packet of its own: heads and lengths of messages are torn apart.
    const torn = Math.min(piece.length, slicedMost);
    for (let at = 0; at < torn && isOpen(); at += 1) {
      this.met.sliced += 1;
      to.write(piece.subarray(at, at + 1));
      await new Promise((go) => setImmediate(go));
    }
    if (isOpen() && torn < piece.length) to.write(piece.subarray(torn));
  }
}
