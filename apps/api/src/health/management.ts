// Health and metrics on a port of their own: what is spent on the other one, by whomever, leaves them alone.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { Registry } from 'prom-client';
import { toProblem } from '../http/problems/failures.js';
import { notFoundProblem, Problem, problemDocument, problemMediaType } from '../http/problems/problems.js';
import { newRequestId } from '../http/requests/request-id.js';
import { HealthController } from './health.controller.js';
import { MetricsText } from './metrics-text.js';

interface Said {
  readonly type: string;
  readonly text: string;
}

/** Orchestrators and scrapers are few. */
const connectionsMost = 100;

export class Management {
  private constructor(private readonly server: Server) {}

  /** Listens once it resolves. */
  static async listen(app: INestApplicationContext, port: number, host: string): Promise<Management> {
    const [health, metrics] = [app.get(HealthController, { strict: false }), app.get(MetricsText, { strict: false })];
    const json = (value: object): Said => ({ type: 'application/json; charset=utf-8', text: JSON.stringify(value) });
    const says: Readonly<Record<string, () => Promise<Said>>> = {
      '/health/live': async () => json(health.live()),
      '/health/ready': async () => json(await health.ready()),
      '/metrics': async () => ({ type: Registry.PROMETHEUS_CONTENT_TYPE, text: await metrics.read() }),
    };
    const say = async (method: string, path: string): Promise<Said> => {
      const said = Object.hasOwn(says, path) ? says[path] : undefined;
      if (!said) throw notFoundProblem('path');
      if (method !== 'GET' && method !== 'HEAD') throw new Problem('method_not_allowed', { headers: { allow: 'GET, HEAD' } });
      return said();
    };
    const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, ({ method = '', url = '' }, response) => {
      say(method, url.split('?', 1)[0]!).then((said) => send(response, 200, {}, said), (error: unknown) => refuse(response, toProblem(error)));
    });
    server.maxConnections = connectionsMost;
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
    return new Management(server);
  }

  get port(): number {
    return (this.server.address() as { readonly port: number }).port;
  }

  async close(): Promise<void> {
    const closed = new Promise((done) => this.server.close(done));
    this.server.closeAllConnections();
    await closed;
  }
}

const refuse = (response: ServerResponse, problem: Problem): void =>
  send(response, problem.status, problem.options.headers ?? {}, { type: problemMediaType, text: JSON.stringify(problemDocument(problem, newRequestId())) });

function send(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, { type, text }: Said): void {
  response.writeHead(status, { ...headers, 'content-type': type, 'cache-control': 'no-store' }).end(text);
}
