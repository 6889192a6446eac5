// Ready means: the database answers, and every migration has been applied.
import { connect as dial, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrations } from '#kept-answers';
import { connect, Database } from '#postgres';
import { freshDatabase, type FreshDatabase } from '../../../../test/support/database.js';
import { createRegistry } from '../http/server/metrics.js';
import { testServer } from '../http/server/test-server.js';
import { HealthController } from './health.controller.js';
import { HealthModule } from './health.module.js';

let fresh: FreshDatabase;
beforeAll(async () => { fresh = await freshDatabase(); });
afterAll(() => fresh.drop());

describe('health', () => {
  it('is not ready before the migrations, and ready after them', async () => {
    const dataSource = await connect({ url: fresh.url, migrations });
    const { app, close } = await testServer([HealthController], { database: new Database(dataSource) });
    const before = await app.inject('/health/ready');
    await dataSource.runMigrations();
    const after = await app.inject('/health/ready');
    const again = await app.inject('/health/ready');
    await close();
    await dataSource.destroy();
    expect(before.json()).toMatchObject({ status: 503, code: 'unavailable', detail: '2 migrations have not been applied.' });
    expect([after.statusCode, again.statusCode, after.json()]).toEqual([200, 200, { status: 'ok' }]);
  });

  it('asks once for all who ask at once', async () => {
    const dataSource = await connect({ url: fresh.url, migrations });
    let [looks, texts] = [0, 0];
    const registry = createRegistry();
    const metrics = registry.metrics.bind(registry);
    registry.metrics = () => ((texts += 1), metrics());
    const { app, close } = await testServer([], { database: new Database(dataSource), registry, opensSealed: async () => void (looks += 1) }, [HealthModule.with({ managementPort: undefined })]);
    const answers = await Promise.all(Array.from({ length: 50 }, () => ['/health/ready', '/metrics']).flat().map((path) => app.inject(path)));
    await close();
    await dataSource.destroy();
    expect([new Set(answers.map(({ statusCode }) => statusCode)), looks < 10, texts < 10]).toEqual([new Set([200]), true, true]);
  });

  it('lives, and is measured, while the database is away', async () => {
    const line = await breakableLine(fresh.url);
    const dataSource = await connect({ url: line.url });
    const { app, close } = await testServer([], { database: new Database(dataSource) }, [HealthModule.with({ managementPort: undefined })]);
    const before = await app.inject('/health/ready');
    await line.cut();
    const [ready, live] = [await app.inject('/health/ready'), await app.inject('/health/live')];
    const metrics = await app.inject('/metrics');
    await close();
    await dataSource.destroy();
    expect(before.statusCode).toBe(200);
    expect([ready.statusCode, ready.json<{ code: string }>().code, live.statusCode]).toEqual([503, 'unavailable', 200]);
    expect(metrics.headers['content-type']).toContain('text/plain');
    expect(metrics.body).toContain('http_request_duration_seconds_count{method="GET",route="/health/ready",status="503"} 1');
    expect(metrics.body).toContain('process_cpu_seconds_total');
  });
});

/** A way to the database that can be cut while connections are open. */
async function breakableLine(databaseUrl: string) {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = dial(Number(target.port || 5432), target.hostname);
    for (const socket of [near, far]) sockets.add(socket.on('error', () => socket.destroy()));
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cut = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { url: url.href, cut };
}
