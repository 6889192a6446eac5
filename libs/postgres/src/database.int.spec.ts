// Statements that get no answer end all the same, and take their connection with them.
import { createServer, connect as dial, Socket, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { connect, Database } from './index.js';
import { closingAfterEach } from '../../../test/support/afterwards.js';
import { freshDatabase, type FreshDatabase } from '../../../test/support/database.js';

let fresh: FreshDatabase;
beforeAll(async () => { fresh = await freshDatabase(); });
afterAll(() => fresh.drop());

const afterwards = closingAfterEach();
afterEach(() => { jest.restoreAllMocks(); });

/** One connection, through a way that passes nothing on in those that are open once it is silent. */
async function silenceable(answerLimitMs: number): Promise<{ database: Database; readonly silence: () => void }> {
  const url = new URL(fresh.url);
  const { hostname, port } = url;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = dial(Number(port || 5432), hostname);
    for (const socket of [near, far]) sockets.add(socket.on('error', () => undefined));
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dataSource = await connect({ url: url.href, poolSize: 1, answerLimitMs });
  afterwards(() => server.close());
  afterwards(() => {
    for (const socket of sockets) socket.destroy();
  });
  afterwards(() => dataSource.destroy());
  return {
    database: new Database(dataSource),
    silence: () => {
      for (const socket of sockets) socket.unpipe();
    },
  };
}

const one = async (database: Database): Promise<unknown> => (await database.query('SELECT 1 AS one'))[0];

it.each<[string, (database: Database, silence: () => void) => Promise<unknown>]>([
  ['a statement', (database, silence) => {
    silence();
    return one(database);
  }],
  ['the beginning of a transaction', (database, silence) => {
    silence();
    return database.transaction(() => one(database));
  }],
  ['a statement in a savepoint of a transaction', (database, silence) => database.transaction(() => database.savepoint(() => {
    silence();
    return one(database);
  }))],
  ['a commit', (database, silence) => database.transaction(async () => {
    await one(database);
    silence();
  })],
])('%s fails when the answer does not come, and the next one gets another connection', async (_, work) => {
  const { database, silence } = await silenceable(1_500);
  await one(database);
  await expect(work(database, silence)).rejects.toThrow(/Query read timeout|Client was closed/);
  expect(await one(database)).toEqual({ one: 1 });
});

it('asks idle connections whether the server is still there', async () => {
  const keepAlive = jest.spyOn(Socket.prototype, 'setKeepAlive');
  await (await connect({ url: fresh.url })).destroy();
  expect(keepAlive.mock.calls).toEqual([[true, 10_000]]);
});
