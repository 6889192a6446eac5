// A database of its own for one test file, on the server of TEST_DATABASE_URL.
import { randomBytes } from 'node:crypto';
import { connect, Database, type Migration } from '#postgres';

const server = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:54329/postgres';

export async function freshDatabase({ migrations = [] as readonly Migration[], poolSize = 10 } = {}) {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = await connect({ url: server, poolSize: 1 });
  await admin.query(`CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const dataSource = await connect({ url: url.href, poolSize, migrations });
  await dataSource.runMigrations();
  return {
    url: url.href,
    database: new Database(dataSource),
    drop: async () => {
      await dataSource.destroy();
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.destroy();
    },
  };
}
