// Who lives: noted before anybody is served, gone at its own end, and after a minute of silence.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { silentLogger } from '#running';
import { eventually } from '../../../test/support/eventually.js';
import { freshDatabase, type FreshDatabase } from '../../../test/support/database.js';
import { bePresent, migrations, Processes, sandboxWarning, workerWatch } from './index.js';

let fresh: FreshDatabase;
let processes: Processes;
beforeAll(async () => {
  fresh = await freshDatabase({ migrations });
  processes = new Processes(fresh.database);
});
afterAll(() => fresh.drop());
beforeEach(async () => { await fresh.database.query('DELETE FROM sunset.processes'); });

const silentFor = (interval: string) => fresh.database.query(`UPDATE sunset.processes SET seen_at = clock_timestamp() - $1::interval`, [interval]);

it('a process lives from its start to its end, and says so again and again', async () => {
  const presence = await bePresent(fresh.database, 'worker', ['aa', 'bb'], silentLogger, { noteEveryMs: 20 });
  expect(await processes.living()).toMatchObject([{ kind: 'worker', masterKeys: ['aa', 'bb'] }]);
  await silentFor('10 minutes');
  await eventually('it is seen again', async () => (await processes.living()).length === 1);
  await presence.end();
  expect(await processes.workers()).toEqual({ living: 0, lastSeenAt: null });
});

it('that no worker has been seen for a minute is said once, and once that one is seen again', async () => {
  const said: string[] = [];
  const say = (message: string): void => void said.push(message);
  const watch = workerWatch(fresh.database, { ...silentLogger, error: say, info: say }, { lookEveryMs: 10, graceMs: 100 });
  const gone = 'no worker has been seen for a minute: nothing that is due is carried out';
  watch.start();
  await eventually('it is said', async () => said.length > 0);
  await sleep(100);
  expect(said).toEqual([gone]);
  const presence = await bePresent(fresh.database, 'worker', [], silentLogger);
  await eventually('it is over', async () => said.length > 1);
  await presence.end();
  await eventually('it is said again', async () => said.length > 2);
  await watch.stop();
  expect(said).toEqual([gone, 'a worker is seen again', gone]);
});

it('that the sandbox is on where it should not be is said at once, and again and again', async () => {
  const said: string[] = [];
  const warning = sandboxWarning({ ...silentLogger, warn: (message) => void said.push(message) }, 10);
  warning.start();
  await eventually('it is said again', async () => said.length > 1, 120_000);
  await warning.stop();
  expect(new Set(said)).toEqual(new Set([expect.stringMatching(/^SANDBOX=i-know-what-i-am-doing: /)]));
});

it('one that is killed counts as living for a minute, and is remembered for a day', async () => {
  await processes.note({ processId: randomUUID(), kind: 'worker', masterKeys: [] });
  await processes.note({ processId: randomUUID(), kind: 'api', masterKeys: [] });
  await silentFor('59 seconds');
  expect([(await processes.living()).length, (await processes.workers()).living]).toEqual([2, 1]);
  await silentFor('61 seconds');
  expect([await processes.living(), await processes.workers()]).toEqual([[], { living: 0, lastSeenAt: expect.any(String) }]);
  await silentFor('25 hours');
  await processes.note({ processId: randomUUID(), kind: 'api', masterKeys: [] });
  expect(await processes.workers()).toEqual({ living: 0, lastSeenAt: null });
});
