// `npm run rewrap`: wraps every data key with the current master key, whichever wrapped it before, and says which master keys are no longer needed.
import { masterKeysFrom, PersonalData } from '#personal-data';
import { connect, Database, preparesIn } from '#postgres';
import { databaseUrl, Processes, readArguments } from '#processes';

readArguments(`npm run rewrap

Wraps every data key with the current master key, the first of those configured, and says which older ones are no longer needed. No event changes. It may be
interrupted and run again, beside a running service; while a process of the service lives that does not hold the current key, it refuses.`);

const masterKeys = masterKeysFrom(process.env);
const [current, ...older] = masterKeys.ids as [string, ...string[]];
const dataSource = await connect({ url: databaseUrl(), poolSize: 2, applicationName: 'sunset-rewrap' });
try {
  const database = new Database(dataSource, { prepares: preparesIn(process.env) });
  process.exitCode = (await somebodyLacksIt(new Processes(database))) ? 1 : await rewrapAll(new PersonalData(database, masterKeys));
} finally {
  await dataSource.destroy();
}

/** Whoever lacks the key could open nothing any more of what is wrapped with it. */
async function somebodyLacksIt(processes: Processes): Promise<boolean> {
  const lacking = (await processes.living()).filter(({ masterKeys: held }) => !held.includes(current));
  for (const { kind, processId, startedAt } of lacking) console.error(`the ${kind} process ${processId}, running since ${startedAt}, does not hold the master key ${current}`);
  if (lacking.length > 0) console.error('nothing was changed: restart it with all keys, then run this again; one that was killed counts as running for a minute');
  return lacking.length > 0;
}

async function rewrapAll(personalData: PersonalData): Promise<number> {
  const before = await personalData.wrappedBy();
  const unknown = [...before.keys()].filter((id) => !masterKeys.ids.includes(id));
  if (unknown.length > 0) {
    console.error(unknown.map((id) => `${before.get(id) ?? 0} keys are wrapped by the master key ${id}, which is not configured: add it behind the current one`).join('\n'));
    return 1;
  }
  const total = [...before].reduce((sum, [id, count]) => (id === current ? sum : sum + count), 0);
  console.log(`wrapping with the master key ${current}, the first of ${masterKeys.ids.length}`);
  const done = await personalData.rewrap((count) => { console.log(`${count} of ${total} keys`); });
  const after = await personalData.wrappedBy();
  const left = [...after].reduce((sum, [id, count]) => (id === current ? sum : sum + count), 0);
  console.log(`${done} keys rewrapped, ${left} left`);
  for (const [index, id] of older.entries()) console.log(`key ${index + 2} (${id}) ${fate(after.get(id) ?? 0)}`);
  if (left > 0) console.log('a service that does not know the current key has sealed something meanwhile: restart it, then run this again');
  else if (older.length > 0) console.log('once every service has been restarted with all keys; a backup from before still needs the key of its time');
  return left > 0 ? 1 : 0;
}

function fate(count: number): string {
  return count > 0 ? `still wraps ${count} keys` : 'wraps nothing any more and may be removed';
}
