// What the API reads from its environment, once, at the start; a missing or senseless value is named and nothing starts.
import { join } from 'node:path';
import { carrierNameFrom } from '#carriers';
import { ledgerFolderFrom } from '#purge';
import { readPlatformTables, type PlatformTable } from '#retained-data';
import type { OidcSettings } from '../../auth/tokens.js';

export interface ApiSettings {
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string;
  readonly databasePoolSize: number;
  /** Where the sandbox keeps its token key. */
  readonly dataDir: string;
  /** The Ed25519 key of purge certificates, a private JWK, or a JWK set whose first key signs; the sandbox makes one in its data folder. */
  readonly certificateKeyFile: string;
  /** Test clocks, sandbox tokens, webhooks to private addresses. Never in production. */
  readonly sandbox: boolean;
  /** Absent only in the sandbox. */
  readonly oidc: OidcSettings | undefined;
  /** Requests a caller may make in one minute to one process; 0 turns the limit off. */
  readonly rateLimitPerMinute: number;
  /** Whom numbers are given back to: `sandbox`, or the name of a real carrier. Only a worker of the same one does it. */
  readonly carrier: string;
  /** The folder of the purge ledger: kept apart from the database, and from its backups. */
  readonly purgeLedger: string;
  /** Purges that may begin within an hour; absent: as many as usual. */
  readonly purgesPerHour: number | undefined;
  /** The platform's own tables that hold accounts' data. */
  readonly platformTables: readonly PlatformTable[];
  /** A pino level, or `silent`. */
  readonly logLevel: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const rateLimitPerMinute = 6000;

/** Everybody there who is a service, an operator or an analyst is the same caller. */
const sandboxRateLimitPerMinute = 60_000;

/** Throws an `Error` that names the variable. */
export function readSettings(environment: Environment): ApiSettings {
  const sandbox = environment['SANDBOX'] === 'true';
  const oidc = readOidc(environment);
  const dataDir = environment['DATA_DIR'] || '.data';
  if (!oidc && !sandbox) throw new Error('OIDC_ISSUER and OIDC_AUDIENCE are missing: without SANDBOX=true nobody could authenticate');
  return {
    port: whole(environment, 'PORT', 3000),
    host: environment['HOST'] || '0.0.0.0',
    databaseUrl: required(environment, 'DATABASE_URL'),
    databasePoolSize: whole(environment, 'DATABASE_POOL_SIZE', 20),
    dataDir,
    certificateKeyFile: environment['CERTIFICATE_KEY_FILE'] || (sandbox ? join(dataDir, 'certificate-key.json') : required(environment, 'CERTIFICATE_KEY_FILE')),
    sandbox,
    oidc,
    rateLimitPerMinute: whole(environment, 'RATE_LIMIT_PER_MINUTE', sandbox ? sandboxRateLimitPerMinute : rateLimitPerMinute),
    carrier: carrierNameFrom(environment),
    purgeLedger: ledgerFolderFrom(environment),
    purgesPerHour: environment['PURGES_PER_HOUR'] ? whole(environment, 'PURGES_PER_HOUR', 0) : undefined,
    platformTables: readPlatformTables(environment['PLATFORM_DATA_FILE']),
    logLevel: environment['LOG_LEVEL'] || 'info',
  };
}

function readOidc(environment: Environment): OidcSettings | undefined {
  if (!environment['OIDC_ISSUER']) return undefined;
  return {
    issuer: environment['OIDC_ISSUER'],
    audience: required(environment, 'OIDC_AUDIENCE'),
    audienceClaim: environment['OIDC_AUDIENCE_CLAIM'] || 'aud',
    jwksUri: environment['OIDC_JWKS_URI'] || undefined,
    roleClaim: environment['OIDC_ROLE_CLAIM'] || 'role',
    accountClaim: environment['OIDC_ACCOUNT_CLAIM'] || 'account_id',
  };
}

function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (!value) throw new Error(`${name} is missing`);
  return value;
}

function whole(environment: Environment, name: string, otherwise: number): number {
  const text = environment[name];
  if (text === undefined || text === '') return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} is not a whole number: ${text}`);
  return Number(text);
}

/** Injection token of {@link ApiSettings}. */
export const SETTINGS = Symbol('ApiSettings');
