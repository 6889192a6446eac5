// The API in the test's own process, on a database of its own and without workers: for many requests that are to cost little.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MasterKeys } from '#personal-data';
import { Projections } from '#projections';
import { readSettings } from '../../apps/api/src/http/server/settings.js';
import { migrations } from '../../apps/api/src/migrations.js';
import { createApi } from '../../apps/api/src/start.js';
import { freshDatabase } from '../support/database.js';
import { Client } from './client.js';

export interface InProcess {
  readonly client: Client;
  /** With the key that tokens of the sandbox are signed with. */
  readonly dataDir: string;
  /** Moves a test clock's hands and nothing else: what passes when no worker runs. */
  letPass(clock: string, to: string): Promise<void>;
  stop(): Promise<void>;
}

/** Call `stop()` in `afterAll`. */
export async function startInProcess(): Promise<InProcess> {
  const fresh = await freshDatabase({ migrations });
  const dataDir = await mkdtemp(join(tmpdir(), 'sunset-in-process-'));
  const settings = readSettings({ SANDBOX: 'true', DATABASE_URL: fresh.url, DATA_DIR: dataDir, RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'silent' });
  const app = await createApi(settings, fresh.database, new MasterKeys([randomBytes(32)]));
  const stop = async (): Promise<void> => {
    await app.close();
    await fresh.drop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await app.get(Projections, { strict: false }).ensureTables();
    await app.listen({ port: 0, host: '127.0.0.1' });
    return {
      client: await Client.connect(await app.getUrl()),
      dataDir,
      async letPass(clock, to) {
        await fresh.database.execute('UPDATE sunset.test_clocks SET now = $2 WHERE test_clock_id = $1', [clock, to]);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
