// The port for orchestrators and scrapers: health and metrics, and nothing else, however little is left on the other one.
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../../test/support/eventually.js';
import { problemMediaType } from '../http/problems/problems.js';
import { Connections } from '../http/server/connections.js';
import { readSettings } from '../http/server/settings.js';
import { testServer, type TestServer } from '../http/server/test-server.js';
import { HealthModule } from './health.module.js';
import { Management } from './management.js';

let server: TestServer;
let management: Management | undefined;
afterEach(async () => {
  await management?.close();
  management = undefined;
  await server.close();
});

async function started(environment: Record<string, string>): Promise<void> {
  const settings = readSettings({ SANDBOX: 'true', DATABASE_URL: 'postgres://unused', RATE_LIMIT_PER_MINUTE: '0', ...environment });
  server = await testServer([], { settings }, [HealthModule.with(settings)]);
}

const ask = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${management!.port}${path}`, { method });
const statuses = (...paths: readonly string[]) => Promise.all(paths.map(async (path) => (await server.app.inject(path)).statusCode));

describe('the management port', () => {
  it('has health and metrics, and leaves health on the other one', async () => {
    await started({ MANAGEMENT_PORT: '1' });
    management = await Management.listen(server.app, 0, '127.0.0.1');
    const [live, ready, metrics] = [await ask('/health/live?probe'), await ask('/health/ready'), await ask('/metrics')];
    expect([live.status, await live.json(), live.headers.get('cache-control')]).toEqual([200, { status: 'ok' }, 'no-store']);
    // There is no database.
    expect([ready.status, ready.headers.get('content-type')]).toEqual([500, problemMediaType]);
    expect([metrics.status, await metrics.text(), metrics.headers.get('content-type')]).toEqual([200, expect.stringContaining('process_cpu_seconds_total'), expect.stringContaining('text/plain')]);
    expect([(await ask('/v1/plans')).status, (await ask('/constructor')).status, (await ask('/metrics', 'POST')).status]).toEqual([404, 404, 405]);
    expect(await statuses('/health/live', '/metrics')).toEqual([200, 404]);
  });

  it('that is not told leaves metrics where they are', async () => {
    await started({});
    expect(await statuses('/health/live', '/metrics')).toEqual([200, 200]);
  });

  it('says that the process ends, until it has, and then keeps nobody', async () => {
    await started({ MANAGEMENT_PORT: '1' });
    management = await Management.listen(server.app, 0, '127.0.0.1');
    const { port } = management;
    const [idle, half] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
    let closed = 0;
    for (const socket of [idle, half]) socket.on('error', () => undefined).on('close', () => (closed += 1));
    half.write('GET /health/li');
    await server.app.close();
    expect([server.app.get(Connections).ending, (await ask('/health/ready')).status]).toEqual([true, 503]);
    await management.close();
    await eventually('they are cut off', () => closed === 2, 120_000);
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
  });

  it('is a number', () => {
    expect(() => readSettings({ SANDBOX: 'true', DATABASE_URL: 'postgres://unused', MANAGEMENT_PORT: 'x' })).toThrow('MANAGEMENT_PORT is not a whole number');
  });
});
