// Puts the API together from its settings; used by the entry point and by tests.
import { fileURLToPath } from 'node:url';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { Memberships } from '#application';
import { AskedActs } from '#four-eyes';
import { type MasterKeys, PersonalData } from '#personal-data';
import { connect, Database, preparesIn, Replica } from '#postgres';
import { Processes } from '#processes';
import { asLogger, createLog } from '#running';
import { StaffReads, type StaffRead } from '#staff-reads';
import { ApiModule } from './api.module.js';
import { KeyedActorIds } from './auth/actor-ids.js';
import { Sandbox } from './auth/sandbox.js';
import { oidcIssuer, Tokens } from './auth/tokens.js';
import { countAskedActs, countStaffReads, countWorkers, createRegistry, measureCrowd, tellIssuers } from './http/server/metrics.js';
import { SealedAnswers } from './http/idempotency/sealed-answers.js';
import { createServer } from './http/server/server.js';
import type { ApiSettings } from './http/server/settings.js';
import { namesInLog } from './http/requests/name-in-log.js';
import { migrations } from './migrations.js';
import { openSigningKey } from './keys/signing-key.js';

/** `dist/web`, seen from this source as from the built program: both lie three folders deep. */
const pagesFolder = fileURLToPath(new URL('../../../dist/web', import.meta.url));

/** With connections in reserve. */
export async function connectDatabase({ databaseUrl: url, databasePoolSize, databaseReserveSize, shares: { waitMs: connectLimitMs } }: ApiSettings, environment: NodeJS.ProcessEnv): Promise<Database> {
  const [dataSource, reserve] = await Promise.all([databasePoolSize, databaseReserveSize].map((poolSize) => connect({ url, poolSize, connectLimitMs, applicationName: 'sunset-api', migrations })));
  return new Database(dataSource!, { prepares: preparesIn(environment), reserve: reserve! });
}

/**
 * Through connections that only reports use, at the replica where there is one. What the client gives up the server has ended before: the limit of a report is the shorter one.
 */
export async function connectReports({ databaseUrl, databaseReplicaUrl, reports: { atOnce, limitMs }, shares: { waitMs: connectLimitMs } }: ApiSettings, primary: Database, environment: NodeJS.ProcessEnv): Promise<Database | Replica> {
  const open = async (url: string): Promise<Database> => {
    const dataSource = await connect({ url, poolSize: atOnce + 1, connectLimitMs, applicationName: 'sunset-reports', answerLimitMs: 2 * limitMs + connectLimitMs });
    return new Database(dataSource, { prepares: preparesIn(environment) });
  };
  // Not waited for: a replica that is away when the process starts may come.
  return databaseReplicaUrl === undefined ? open(databaseUrl) : new Replica(primary, () => open(databaseReplicaUrl));
}

/** `reportsDatabase`: see {@link connectReports}; a process that serves nobody needs none. */
export async function createApi(settings: ApiSettings, database: Database, masterKeys: MasterKeys, { reportsDatabase = database, log = createLog('api', settings.logLevel) }: { readonly reportsDatabase?: Database | Replica; readonly log?: Logger } = {}): Promise<NestFastifyApplication> {
  const sandbox = settings.sandbox ? await Sandbox.open(settings.dataDir) : undefined;
  const issuers = [...(settings.oidc ? [oidcIssuer(settings.oidc, asLogger(log))] : []), ...(sandbox ? [sandbox.issuer] : [])];
  const tokens = new Tokens(issuers);
  const personalData = new PersonalData(database, masterKeys);
  const staffReads = new StaffReads(database, () => personalData.globalHash());
  const registry = createRegistry();
  countWorkers(registry, new Processes(database));
  tellIssuers(registry, issuers);
  countStaffReads(registry, staffReads);
  countAskedActs(registry, new AskedActs(database));
  const silentSince = { inject: [Memberships], useFactory: (memberships: Memberships) => (accountId: string) => memberships.silentSince(accountId) };
  const { policy } = settings;
  const foundation = {
    settings, database, reportsDatabase, tokens, log, registry, policy, nameInLog: namesInLog(() => personalData.globalHash()), recordReads: (reads: readonly StaffRead[]) => staffReads.record(reads), opensSealed: () => personalData.probe(), seal: new SealedAnswers(personalData), actorIds: new KeyedActorIds(personalData), silentSince,
  };
  const certificateKey = await openSigningKey(settings.certificateKeyFile, { make: settings.sandbox });
  const { carrier, mailer, platformTables, purgesPerHour, fourEyesMs } = settings;
  const webhookReach = settings.sandbox ? 'sandbox' : 'public';
  const application = { database, masterKeys, carrier, policy, mailer, platformTables, purgesPerHour, fourEyesMs, webhookReach, waitMs: settings.shares.waitMs } as const;
  const pages = { folder: pagesFolder, sandbox: settings.sandbox, frameAncestors: settings.frameAncestors, signInOrigins: settings.staffSignIn?.origins ?? [] };
  const app = await createServer(ApiModule.with({ foundation, application, staffReads, certificateKey, sandbox }), log, settings, pages);
  measureCrowd(registry, app.get(Memberships, { strict: false }));
  return app;
}
