// The API in this process, on a database of its own that nobody else works on.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { MasterKeys } from '#personal-data';
import type { Database } from '#postgres';
import { readSettings } from '../../apps/api/src/http/server/settings.js';
import { migrations } from '../../apps/api/src/migrations.js';
import { connectDatabase, createApi } from '../../apps/api/src/start.js';
import { Client } from '../end-to-end/client.js';
import { freshDatabase } from '../support/database.js';

export interface Rig {
  readonly app: NestFastifyApplication;
  readonly client: Client;
  readonly url: string;
  /** The one that the API uses. */
  readonly database: Database;
  close(): Promise<void>;
}

export async function rig(environment: Readonly<Record<string, string>> = {}): Promise<Rig> {
  const fresh = await freshDatabase({ migrations, poolSize: 1 });
  const folder = await mkdtemp(join(tmpdir(), 'sunset-fairness-'));
  const settings = readSettings({ SANDBOX: 'true', DATABASE_URL: fresh.url, DATA_DIR: folder, RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'silent', ...environment });
  const database = await connectDatabase(settings, {});
  const app = await createApi(settings, database, new MasterKeys([randomBytes(32)]));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    app,
    client: await Client.connect(await app.getUrl()),
    url: fresh.url,
    database,
    async close() {
      await app.close();
      await database.close();
      await fresh.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
