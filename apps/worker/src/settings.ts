// What the worker reads from its environment, once, at the start; a missing or senseless value is named and nothing starts.
import { keptDaysLeast, usualStormLimits } from '#effects';
import { publicUrlFrom } from '#page-sessions';
import { listeningUrlIn } from '#postgres';
import type { PolicyInForce } from '#domain';
import { policyFrom } from '#policies';
import { ledgerFolderFrom } from '#purge';
import { readPlatformTables, type PlatformTable } from '#retained-data';
import { type QueueSettings, queueSettingsFrom } from '#running';
import { sandboxFrom } from '#sandbox';
import type { Reach } from '#webhooks';

export interface WorkerSettings {
  readonly databaseUrl: string;
  /** Where hints of other processes are listened to; `null`: nowhere, and everything is looked at more often. */
  readonly listeningUrl: string | null;
  readonly queues: QueueSettings;
  /** Alarms taken from the queue at once. */
  readonly concurrency: number;
  /** Health and metrics are served there; absent: not at all. */
  readonly port: number | undefined;
  readonly host: string;
  /** The platform's own tables that hold accounts' data. */
  readonly platformTables: readonly PlatformTable[];
  /** Where the carrier and its credentials are looked up. */
  readonly environment: Environment;
  /** What is sold, asked, accepted and promised. The API has the same. */
  readonly policy: PolicyInForce;
  /** The folder of the purge ledger: kept apart from the database, and from its backups. */
  readonly purgeLedger: string;
  /** Purges that may begin within an hour. */
  readonly purgesPerHour: number | undefined;
  /** Effects of a kind that may become due within an hour without being held until an operator lets them go, however little the history explains. */
  readonly effectsPerHour: number;
  /** Within which the auditor looks at every account once, in milliseconds. */
  readonly auditPeriodMs: number;
  /** How often what the carrier lists is compared with what we believe; 0: only when an operator asks; absent: daily, the sandbox's own never. */
  readonly driftEveryHours: number | undefined;
  /** How long a deadline that is over, or an effect that is settled, stays in its table. */
  readonly endedKeptDays: number;
  /** The page that notices lead to; `null`: they lead nowhere. */
  readonly pageUrl: string | null;
  /** Faults can be switched on. Never in production. */
  readonly sandbox: boolean;
  /** It is on where it should not be: said every minute. */
  readonly sandboxInsisted: boolean;
  /** Where webhooks may go. */
  readonly webhookReach: Reach;
  /** A pino level, or `silent`. */
  readonly logLevel: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Throws an `Error` that names the variable. */
export function readSettings(environment: Environment): WorkerSettings {
  const databaseUrl = environment['DATABASE_URL'];
  if (!databaseUrl) throw new Error('DATABASE_URL is missing');
  const state = sandboxFrom(environment);
  const sandbox = state !== 'off';
  return {
    databaseUrl,
    listeningUrl: listeningUrlIn(environment),
    queues: queueSettingsFrom(environment),
    concurrency: whole(environment, 'WORKER_CONCURRENCY', { min: 1, max: 500 }) ?? 64,
    port: whole(environment, 'WORKER_PORT', { min: 0, max: 65_535 }),
    host: environment['WORKER_HOST'] || '0.0.0.0',
    platformTables: readPlatformTables(environment['PLATFORM_DATA_FILE']),
    environment,
    policy: policyFrom(environment),
    purgeLedger: ledgerFolderFrom(environment),
    purgesPerHour: whole(environment, 'PURGES_PER_HOUR', { min: 1, max: 1_000_000 }),
    effectsPerHour: whole(environment, 'EFFECTS_PER_HOUR', { min: 1, max: 100_000_000 }) ?? usualStormLimits.floor,
    auditPeriodMs: (whole(environment, 'AUDIT_PERIOD_MINUTES', { min: 1, max: 10_080 }) ?? 60) * 60_000,
    driftEveryHours: whole(environment, 'DRIFT_EVERY_HOURS', { min: 0, max: 8_760 }),
    endedKeptDays: whole(environment, 'ENDED_KEPT_DAYS', { min: keptDaysLeast, max: 36_500 }) ?? 400,
    pageUrl: pageUrlFrom(environment),
    sandbox,
    sandboxInsisted: state === 'insisted',
    webhookReach: sandbox ? 'sandbox' : 'public',
    logLevel: environment['LOG_LEVEL'] || 'info',
  };
}

/** The customers' page. */
function pageUrlFrom(environment: Environment): string | null {
  const origin = publicUrlFrom(environment);
  return origin === undefined ? null : `${origin}/membership/`;
}

function whole(environment: Environment, name: string, { min, max }: { readonly min: number; readonly max: number }): number | undefined {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) throw new Error(`${name} is not a whole number between ${min} and ${max}: ${text}`);
  return value;
}
