// A fresh database for one test file, on the server that `npm test` provides.
import { randomUUID } from 'node:crypto';
import { connect, Database, type Migration } from '#postgres';

export interface FreshDatabase {
  readonly database: Database;
  /** For other connections: processes, BullMQ, a plain client. */
  readonly url: string;
  /** Closes the pool and removes the database, whoever is still connected to it. */
  drop(): Promise<void>;
}

/** Makes a database of its own name and runs the migrations. Call `drop()` in `afterAll`. */
export async function freshDatabase({ migrations = [], poolSize = 10 }: { migrations?: readonly Migration[]; poolSize?: number } = {}): Promise<FreshDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  const dataSource = await connect({ url: url.href, migrations, poolSize, applicationName: 'sunset-test' });
  await dataSource.runMigrations();
  return {
    database: new Database(dataSource),
    url: url.href,
    async drop() {
      if (dataSource.isInitialized) await dataSource.destroy();
      await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined) throw new Error('no TEST_DATABASE_URL: run `npm test -- path/of/the.spec.ts`, and name the file .int.spec.ts or .e2e.spec.ts');
  return url;
}

async function onServer(sql: string): Promise<void> {
  const server = await connect({ url: serverUrl(), poolSize: 1, applicationName: 'sunset-test' });
  try {
    await server.query(sql);
  } finally {
    await server.destroy();
  }
}
