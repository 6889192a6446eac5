// A consumer of the feed is killed at random and resumes by its cursor, while sixteen writers write: in the end it has exactly the log, once, in order.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { launch } from '../../apps/launch/processes.mjs';
import { Account } from '../end-to-end/account.js';
import { startLimitMs, startRunning, type Running } from '../end-to-end/running.js';
import { anotherDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';

const writers = 16;
/** Each writes at least so often, and goes on until the consumer has been killed often enough: how fast the writers are decides nothing. */
const topUpsPerWriter = 15;
const killsWanted = 3;
const consumer = fileURLToPath(new URL('feed-consumer.mjs', import.meta.url));

let running: Running;
let folder: string;
beforeAll(async () => {
  running = await startRunning({ workers: 0, redis: false });
  folder = await mkdtemp(join(tmpdir(), 'sunset-feed-'));
}, startLimitMs);
afterAll(async () => {
  await running.stop();
  await rm(folder, { recursive: true });
}, startLimitMs);

it('has exactly the log', async () => {
  const { client, service, databaseUrl } = running;
  const file = join(folder, 'received');
  const token = await client.token('service');
  const received = async (): Promise<readonly string[]> =>
    (await readFile(file, 'utf8').catch(() => '')).split('\n').slice(0, -1).flatMap((line) => (JSON.parse(line) as { eventIds: string[] }).eventIds);
  const start = () => launch(process.execPath, [consumer, service.base, token, file], { output: (line) => said.push(line) });
  const said: string[] = [];
  const writing = { on: true };
  let kills = 0;
  let consuming = start();
  const killing = (async () => {
    while (writing.on) {
      const before = (await received()).length;
      await eventually('it has received something more', async () => !writing.on || (await received()).length > before, 120_000);
      await sleep(Math.random() * 100);
      await consuming.stop([['KILL', 120_000]]);
      kills += 1;
      consuming = start();
    }
  })();
  const written = await Promise.all(Array.from({ length: writers }, async () => {
    const account = await Account.open(client);
    let topUps = 0;
    for (; topUps < topUpsPerWriter || kills < killsWanted; topUps += 1) await account.topUp(500 + topUps);
    return topUps + 1;
  }));
  writing.on = false;
  await killing;

  const second = await anotherDatabase(databaseUrl);
  try {
    const log = (await second.database.query<{ event_id: string }>('SELECT event_id FROM sunset.events ORDER BY shard, position')).map(({ event_id: eventId }) => eventId);
    expect(log).toHaveLength(written.reduce((sum, events) => sum + events, 0));
    await eventually('it has as much as the log', async () => (await received()).length >= log.length, 120_000).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${said.join('\n')}`);
    });
    await consuming.stop([['KILL', 120_000]]);
    expect(await received()).toEqual(log);
  } finally {
    await consuming.stop();
    await second.close();
  }
}, startLimitMs);
