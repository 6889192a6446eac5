// `npm run rewrap`: wraps every data key with the current master key, whichever wrapped it before, and says which master keys are no longer needed.
import { masterKeysFrom, PersonalData } from '#personal-data';
import { connect, Database } from '#postgres';

const url = process.env['DATABASE_URL'];
if (!url) {
  console.error('DATABASE_URL is missing');
  process.exit(2);
}

const masterKeys = masterKeysFrom(process.env);
const [current, ...older] = masterKeys.ids as [string, ...string[]];
const dataSource = await connect({ url, poolSize: 2, applicationName: 'sunset-rewrap' });
try {
  process.exitCode = await rewrapAll(new PersonalData(new Database(dataSource), masterKeys));
} finally {
  await dataSource.destroy();
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
