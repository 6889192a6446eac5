// `npm run audit`: looks at every account once and says what is not as the log says. It changes nothing. 0: everything is as it should be. 1: something is not. 2: asked wrongly.
import { accountsAfter, type Finding, lookAt } from '#audit';
import { Alarms } from '#deadlines';
import { Database, preparesIn } from '#postgres';
import { databaseUrl, readArguments } from '#processes';
import { redisQueues } from '#running';
import { connectMigrated } from './connect.js';

readArguments(`npm run audit

Proves from the log, by SQL alone, that every consequence of every account was carried out, was taken back or is armed, and that every reader of the log has taken in
what it is past. With REDIS_URL also that what is due within an hour stands in the queue. It changes nothing; a worker arms again what is missing.`);

const accountsAtOnce = 500;
const tellEveryMs = 5_000;

const dataSource = await connectMigrated(databaseUrl(), 2);
const redisUrl = process.env['REDIS_URL'];
const alarms = redisUrl ? new Alarms(redisQueues(redisUrl)) : null;
try {
  const { accounts, found } = await all(new Database(dataSource, { prepares: preparesIn(process.env) }));
  console.log(found === 0 ? `${accounts} accounts: everything is as the log says` : `${accounts} accounts: ${found} findings`);
  if (found > 0) process.exitCode = 1;
} finally {
  await alarms?.close();
  await dataSource.destroy();
}

async function all(database: Database): Promise<{ readonly accounts: number; readonly found: number }> {
  let [accounts, found, told] = [0, 0, performance.now()];
  for (let after = ''; ; ) {
    const accountIds = await accountsAfter(database, after, accountsAtOnce);
    const { findings } = await lookAt(database, alarms, accountIds);
    for (const finding of findings) console.log(inWords(finding));
    accounts += accountIds.length;
    found += findings.length;
    const last = accountIds.at(-1);
    if (last === undefined) return { accounts, found };
    after = last;
    if (performance.now() - told < tellEveryMs) continue;
    told = performance.now();
    console.log(`${accounts} accounts looked at, ${found} findings so far`);
  }
}

function inWords({ accountId, finding, kind, subject, generation }: Finding): string {
  return `${accountId}: ${finding}: ${[kind, subject, ...(generation > 0 ? [generation] : [])].filter((part) => part !== '').join(' ')}`;
}
