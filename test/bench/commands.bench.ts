// How many commands a second are carried out in process, beside other event stores on the same server and beside plain INSERTs.
import { randomUUID } from 'node:crypto';
import { topUp } from '../stories/commands.js';
import { by, startApplication } from './application.js';
import { inLanes, race, rounded, seconds, type Contender } from './measure.js';
import { castore, emmett, plainInsert } from './peers.js';

const concurrencies = [1, 16, 64];

// Fewer connections than an API has: with the 64 of the INSERTs and 10 of each of the others they have to fit into one server.
const application = await startApplication({ poolSize: 12 });
const { url, memberships } = application;
const sunset: Contender = {
  open: (accountIds) => inLanes(accountIds, 64, (accountId) => application.openAccount(accountId)),
  work: (accountId, nth) => memberships.handle(accountId, topUp(1, `${accountId}-${nth}`), by),
};
const peers = { Castore: await castore(url), Emmett: await emmett(url), 'plain INSERT': await plainInsert(url, Math.max(...concurrencies)) };

const table: Record<number, Record<string, number>> = {};
for (const concurrency of concurrencies) {
  console.log(`${concurrency} at once, by turns`);
  // Each account has one event at first, and four more in the end.
  const { Sunset: own, ...others } = await race({ contenders: { Sunset: sunset, ...peers }, newAccountId: randomUUID, perAccount: 4, concurrency });
  const row: Record<string, number> = { 'commands/s': Math.round(own.perSecond) };
  for (const [name, other] of Object.entries(others)) row[`beside ${name}`] = rounded(own.perSecond / other.perSecond);
  row['p50 beside plain INSERT'] = rounded(own.p50 / others['plain INSERT'].p50);
  row['p99 beside plain INSERT'] = rounded(own.p99 / others['plain INSERT'].p99);
  row['p50, ms'] = rounded(own.p50);
  row['p99, ms'] = rounded(own.p99);
  table[concurrency] = row;
  console.log(`${concurrency} at once: ${Math.round(own.perSecond)} commands/s; ${Object.entries(others).map(([name, other]) => `${name} ${Math.round(other.perSecond)}/s`).join(', ')}`);
}
console.log(`top-ups on accounts of 1 to 4 events, by callers at once; ratios to what the others did in the same run (${seconds} s each)`);
console.table(table);

for (const peer of Object.values(peers)) await peer.close();
await application.close();
