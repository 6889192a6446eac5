// Whether deadlines are being carried out, asked of the table and never of the worker itself.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { DeadlineFigures } from '#deadlines';
import { describe } from '#running';

interface Said {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const json = (status: number, body: object): Said => ({ status, type: 'application/json; charset=utf-8', body: JSON.stringify(body) });

export class Health {
  private readonly startedAt = performance.now();

  /**
   * `opensSealed` throws where this process lacks a master key in use. `leftAlone`: the rows that only a newer release can carry out.
   * `neglectLimitSeconds`: how long a row may be due, its back-off over, before the worker that should have fired it is to be started anew.
   */
  constructor(
    private readonly deadlines: DeadlineFigures,
    private readonly registry: Registry,
    private readonly opensSealed: () => Promise<void>,
    private readonly leftAlone: () => readonly string[],
    private readonly neglectLimitSeconds = 600,
  ) {}

  /** Listens until the server that it resolves with is closed. */
  async listen(port: number, host: string): Promise<Server> {
    const server = createServer(({ url, method }, response) => {
      void this.answer(method ?? '', url ?? '').then((said) => send(response, said));
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
    return server;
  }

  private async answer(method: string, url: string): Promise<Said> {
    const say = { '/health/live': () => this.live(), '/health/ready': () => this.ready(), '/metrics': () => this.metrics() }[url.split('?', 1)[0] ?? ''];
    if (!say) return json(404, { status: 'not_found' });
    if (method !== 'GET' && method !== 'HEAD') return json(405, { status: 'method_not_allowed' });
    try {
      return await say();
    } catch (error) {
      return json(503, { status: 'unavailable', error: describe(error) });
    }
  }

  /**
   * A database that is away makes nobody unhealthy: starting anew would not bring it back. Nor does what was overdue before this process began,
   * until it has had the same time to see to it; nor what is left to a newer release, which starting anew would not make this process.
   */
  private async live(): Promise<Said> {
    const seconds = await this.deadlines.neglectedSeconds(this.leftAlone()).catch(() => null);
    const neglected = Math.min(seconds ?? 0, (performance.now() - this.startedAt) / 1000) > this.neglectLimitSeconds;
    return json(neglected ? 503 : 200, { status: neglected ? 'neglecting' : 'ok', oldestOverdueSeconds: seconds, leftToNewerRelease: this.leftAlone().length });
  }

  private async ready(): Promise<Said> {
    await this.deadlines.probe();
    await this.opensSealed();
    return json(200, { status: 'ok' });
  }

  private async metrics(): Promise<Said> {
    return { status: 200, type: this.registry.contentType, body: await this.registry.metrics() };
  }
}

function send(response: ServerResponse, { status, type, body }: Said): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}
