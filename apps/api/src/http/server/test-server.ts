// For tests: a server around the controllers of the test, with tokens of a sandbox key of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { builtInPolicy } from '#domain';
import { Database } from '#postgres';
import { createLog } from '#running';
import type { Subject } from '../../auth/identity.js';
import { Sandbox } from '../../auth/sandbox.js';
import { Tokens } from '../../auth/tokens.js';
import { FoundationModule, type Foundation } from './foundation.module.js';
import { createRegistry } from './metrics.js';
import { createServer } from './server.js';
import { readSettings } from './settings.js';

@Module({})
class TestModule {
  static register(foundation: Foundation, controllers: Type[], modules: DynamicModule[]): DynamicModule {
    return { module: TestModule, imports: [FoundationModule.register(foundation), ...modules], controllers };
  }
}

export interface TestServer {
  readonly app: NestFastifyApplication;
  /** An `Authorization` header. */
  readonly authorization: (subject: Subject) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Not connected: for tests whose handlers touch no database. */
export const noDatabase = (): Database => new Database(new DataSource({ type: 'postgres', url: 'postgres://nobody@127.0.0.1:1/none' }));

export async function testServer(
  controllers: Type[],
  { database = noDatabase(), ...more }: Partial<Foundation> = {},
  modules: DynamicModule[] = [],
): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sunset-test-'));
  const sandbox = await Sandbox.open(dataDir);
  await rm(dataDir, { recursive: true });
  const foundation: Foundation = {
    settings: readSettings({ SANDBOX: 'true', DATABASE_URL: 'postgres://unused', RATE_LIMIT_PER_MINUTE: '0' }),
    database,
    reportsDatabase: database,
    tokens: new Tokens([sandbox.issuer]),
    log: createLog('api', 'silent'),
    registry: createRegistry(),
    policy: builtInPolicy,
    seal: { seal: (texts) => Promise.resolve(texts.map(({ text }) => text)), open: (_accountId, text) => Promise.resolve(text) },
    silentSince: { useFactory: () => () => Promise.resolve(null) },
    opensSealed: () => Promise.resolve(),
    nameInLog: (id) => Promise.resolve(`hash of ${id.length}`),
    recordReads: () => Promise.resolve(),
    actorIds: { of: ({ subject }) => Promise.resolve(subject) },
    ...more,
  };
  const app = await createServer(TestModule.register(foundation, controllers, modules), foundation.log, foundation.settings);
  return { app, authorization: async (subject) => `Bearer ${await sandbox.sign(subject)}`, close: () => app.close() };
}
