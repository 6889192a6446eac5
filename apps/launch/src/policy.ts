// `npm run policy -- check FILE`: what a policy file would change, before it is in force. `npm run policy -- show`: the policy in force, as a file. 0: it can be in force. 1: it
// is refused. 2: asked wrongly.
import 'reflect-metadata';
import { resolve } from 'node:path';
import { isNativeError } from 'node:util/types';
import { NestFactory } from '@nestjs/core';
import { ApplicationModule, BlastRadii, policyReport } from '#application';
import { masterKeysFrom } from '#personal-data';
import { policyFrom, PolicyFileInvalid, policyText, readPolicyFile, type PolicyFile } from '#policies';
import { connect, Database, preparesIn } from '#postgres';
import { askedWrongly, databaseUrl, readArguments } from '#processes';

const usage = `npm run policy -- check FILE
npm run policy -- show

check  reads FILE and says what it would change: how many cancellations are open, which of their dates it would have promised otherwise, and what of a promise it
       would break. Then it is refused (status 1), with the accounts it concerns. A file that is not as it has to be is told with its lines. It changes nothing.
show   prints the policy in force (POLICY_FILE; none: the built-in one), to begin a file of one's own with.`;

const [task = '', ...files] = readArguments(usage, { words: process.argv.includes('check') ? 2 : 1 }).words;
if (task === 'show') process.stdout.write(policyText(policyFrom(process.env)));
else if (task === 'check') process.exitCode = await check(resolve(process.env['INIT_CWD'] ?? '.', files[0]!));
else askedWrongly(`unexpected: ${task}`, usage);

async function check(path: string): Promise<number> {
  let file: PolicyFile;
  try {
    file = readPolicyFile(path);
  } catch (error) {
    console.error(isNativeError(error) ? error.message : String(error));
    return error instanceof PolicyFileInvalid ? 1 : 2;
  }
  const database = new Database(await connect({ url: databaseUrl(), poolSize: 2, applicationName: 'sunset-policy' }), { prepares: preparesIn(process.env) });
  // Nothing is asked of a carrier, so it does not matter which.
  const application = ApplicationModule.with({ database, masterKeys: masterKeysFrom(process.env), carrier: 'sandbox', policy: policyFrom(process.env) });
  const app = await NestFactory.createApplicationContext(application, { logger: ['error'] });
  try {
    const { text, refused } = policyReport(file.policy, await app.get(BlastRadii).of(file));
    process.stdout.write(text);
    return refused ? 1 : 0;
  } finally {
    await app.close();
    await database.dataSource.destroy();
  }
}
