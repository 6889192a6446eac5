// `npm run story -- <accountId>`: prints an account as a diary, what happened and what is still due.
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { Refused } from '#kernel';
import { ApplicationModule, Memberships } from '#application';
import { masterKeysFrom } from '#personal-data';
import { policyFrom } from '#policies';
import { connect, Database, preparesIn } from '#postgres';
import { databaseUrl, readArguments } from '#processes';
import { diary } from '#read-models';

const [accountId = ''] = readArguments('npm run story -- ACCOUNT\n\nPrints an account as a diary: what happened and what is still due. It changes nothing.', { words: 1 }).words;
const dataSource = await connect({ url: databaseUrl(), poolSize: 2, applicationName: 'sunset-story' });
// A diary asks for no effects, so it does not matter which carrier they would be meant for.
const application = ApplicationModule.with({ database: new Database(dataSource, { prepares: preparesIn(process.env) }), masterKeys: masterKeysFrom(process.env), carrier: 'sandbox', policy: policyFrom(process.env) });
const app = await NestFactory.createApplicationContext(application, { logger: ['error'] });
try {
  const { state, events, now } = await app.get(Memberships).read(accountId, { evenPurged: true });
  process.stdout.write(diary(state, await events(), now));
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  console.error(`there is no account ${accountId}`);
  process.exitCode = 1;
} finally {
  await app.close();
  await dataSource.destroy();
}
