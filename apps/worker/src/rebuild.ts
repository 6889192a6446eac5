// `npm run rebuild -- <name>`: builds a projection from the first event on, beside the table in use, and tells how far it is.
import 'reflect-metadata';
import { membershipEvents, type MembershipEvent } from '#domain';
import { EventStore } from '#event-store';
import { masterKeysFrom, PersonalData } from '#personal-data';
import { Database, preparesIn } from '#postgres';
import { askedWrongly, databaseUrl, readArguments } from '#processes';
import { Projections, type RebuildProgress } from '#projections';
import { projections as every } from '#read-models';
import { connectMigrated } from './connect.js';

const names = every.map((projection) => projection.name);
const usage = `npm run rebuild -- PROJECTION

Builds a projection from the first event on, beside the table in use; a running service goes on meanwhile. One of ${names.join(', ')}.`;
const [name = ''] = readArguments(usage, { words: 1 }).words;
if (!names.includes(name)) askedWrongly(`there is no projection ${name}`, usage);

const dataSource = await connectMigrated(databaseUrl(), 4);
try {
  const database = new Database(dataSource, { prepares: preparesIn(process.env) });
  const personalData = new PersonalData(database, masterKeysFrom(process.env));
  await personalData.begin();
  const projections = new Projections(database, new EventStore<MembershipEvent>(database, personalData, membershipEvents), every);
  await projections.ensureTables();
  const began = performance.now();
  await projections.rebuild(name, { onProgress: told() });
  console.log(`${name}: rebuilt in ${((performance.now() - began) / 1000).toFixed(1)} s, ${await projections.rows(name)} rows`);
} finally {
  await dataSource.destroy();
}

/** A line for every hundredth of the way. */
function told(): (progress: RebuildProgress) => void {
  let last = -1;
  return ({ position, target }) => {
    const percent = target === 0 ? 100 : Math.min(100, Math.floor((position / target) * 100));
    if (percent === last) return;
    last = percent;
    console.log(`${String(percent).padStart(3)} %  ${position} of ${target} events`);
  };
}
