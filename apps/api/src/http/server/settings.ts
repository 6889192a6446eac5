// What the API reads from its environment, once, at the start; a missing or senseless value is named and nothing starts.
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type CallbackReader, callbacksFrom, carrierNameFrom } from '#carriers';
import { mailerNameFrom } from '#mail';
import { publicUrlFrom } from '#page-sessions';
import type { PolicyInForce } from '#domain';
import { policyFrom } from '#policies';
import { ledgerFolderFrom } from '#purge';
import { readPlatformTables, type PlatformTable } from '#retained-data';
import { type QueueSettings, queueSettingsFrom } from '#running';
import { sandboxFrom } from '#sandbox';
import type { OidcSettings } from '../../auth/tokens.js';
import { type ConnectionLimits, patience, usualStopLimits } from './connections.js';
import type { Pace } from '../answers/pace.js';
import type { ShareLimits } from './shares.js';

export interface StripeSettings {
  /** `whsec_…` of the endpoint that Stripe sends its events to. */
  readonly webhookSecret: string;
  /** Reads invoices and payment intents; a restricted key is enough. */
  readonly apiKey: string;
  /** Where Stripe's API is. */
  readonly apiUrl: URL;
}

/** How staff sign in at the issuer from our pages, as a client without a secret. */
export interface StaffSignIn {
  readonly issuer: string;
  readonly clientId: string;
  readonly audience: string;
  readonly scope: string;
  /** What the sign-in asks in the browser: where the issuer is, and what else it keeps elsewhere. */
  readonly origins: readonly string[];
}

/** What analysts may ask at once, on connections of their own. */
export interface ReportLimits {
  readonly atOnce: number;
  readonly ofCaller: number;
  /** For each statement of a report. */
  readonly limitMs: number;
}

export interface ApiSettings {
  readonly port: number;
  readonly host: string;
  /** Where orchestrators and scrapers ask; absent: health and metrics are on `port` alone. With it metrics are not. */
  readonly managementPort: number | undefined;
  readonly databaseUrl: string;
  /** Where analysts' reports read; absent: there as well. */
  readonly databaseReplicaUrl: string | undefined;
  readonly databasePoolSize: number;
  /** Connections besides, for readiness, metrics and operators. */
  readonly databaseReserveSize: number;
  /** Where the workers have their queue, which only the sandbox looks into. */
  readonly queues: QueueSettings;
  /** Where the sandbox keeps its token key. */
  readonly dataDir: string;
  /** The Ed25519 key of purge certificates, a private JWK, or a JWK set whose first key signs; the sandbox makes one in its data folder. */
  readonly certificateKeyFile: string;
  /** Test clocks, sandbox tokens, webhooks to private addresses. Never in production. */
  readonly sandbox: boolean;
  /** It is on where it should not be: said every minute in the log, and in every answer. */
  readonly sandboxInsisted: boolean;
  /** Absent only in the sandbox. */
  readonly oidc: OidcSettings | undefined;
  /** Absent: staff bring a token. */
  readonly staffSignIn: StaffSignIn | undefined;
  /** Requests a caller may make in one minute to one process; 0 turns the limit off. */
  readonly rateLimitPerMinute: number;
  /** Idempotency keys that the customers of an account may use in an hour at one process, since the answer of each is kept; 0 turns the limit off. */
  readonly customerKeysPerHour: number;
  readonly connections: ConnectionLimits;
  readonly shares: ShareLimits;
  readonly reports: ReportLimits;
  /** Exports of an account's data that are made at once; of one account there is one. */
  readonly exportsAtOnce: number;
  /** Of who reads a download. */
  readonly downloadPace: Pace;
  /** Of bodies that are held at once; one caller may hold a quarter. */
  readonly bodyBytesMost: number;
  /** Addresses and networks of proxies whose `X-Forwarded-For` is believed. */
  readonly trustProxy: readonly string[];
  /** Whom numbers are given back to: `sandbox`, or the name of a real carrier. Only a worker of the same one does it. */
  readonly carrier: string;
  /** What carriers call back with is believed to be theirs by these, by the name of the carrier. */
  readonly callbacks: ReadonlyMap<string, CallbackReader>;
  /** How customers are told by mail; `null`: not at all. Only a worker of the same one does it. */
  readonly mailer: string | null;
  /** What is sold, asked, accepted and promised. A worker has the same. */
  readonly policy: PolicyInForce;
  /** The folder of the purge ledger: kept apart from the database, and from its backups. */
  readonly purgeLedger: string;
  /** Purges that may begin within an hour; absent: as many as usual. */
  readonly purgesPerHour: number | undefined;
  /** Absent: payments are told by the platform alone. */
  readonly stripe: StripeSettings | undefined;
  /** The platform's own tables that hold accounts' data. */
  readonly platformTables: readonly PlatformTable[];
  /** How long what staff cannot undo waits for a second person, in milliseconds; `null`: one is enough. */
  readonly fourEyesMs: number | null;
  /** A pino level, or `silent`. */
  readonly logLevel: string;
  /** Where customers reach this service, an origin; absent: where the request for a link came to. */
  readonly publicUrl: string | undefined;
  /** Origins whose pages may show the Membership page in a frame. */
  readonly frameAncestors: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const rateLimitPerMinute = 6000;
/** Each takes a processor of the database, which often is this machine; some are left to everybody else. */
const reportsAtOnce = Math.min(4, Math.max(1, Math.floor(availableParallelism() / 2)));

/** Everybody there who is a service, an operator or an analyst is the same caller. */
const sandboxRateLimitPerMinute = 60_000;

/** Throws an `Error` that names the variable. */
export function readSettings(environment: Environment): ApiSettings {
  const state = sandboxFrom(environment);
  const sandbox = state !== 'off';
  const oidc = readOidc(environment, sandbox);
  const dataDir = environment['DATA_DIR'] || '.data';
  const trustProxy = readNetworks(environment, 'TRUST_PROXY');
  if (!oidc && !sandbox) throw new Error('OIDC_ISSUER and OIDC_AUDIENCE are missing: without SANDBOX=true nobody could authenticate');
  return {
    port: whole(environment, 'PORT', 3000),
    host: hostIn(environment),
    managementPort: environment['MANAGEMENT_PORT'] ? whole(environment, 'MANAGEMENT_PORT', 0) : undefined,
    databaseUrl: required(environment, 'DATABASE_URL'),
    databaseReplicaUrl: environment['DATABASE_REPLICA_URL'] || undefined,
    databasePoolSize: whole(environment, 'DATABASE_POOL_SIZE', 20),
    databaseReserveSize: whole(environment, 'DATABASE_RESERVE_SIZE', 4),
    queues: queueSettingsFrom(environment),
    dataDir,
    certificateKeyFile: environment['CERTIFICATE_KEY_FILE'] || (sandbox ? join(dataDir, 'certificate-key.json') : required(environment, 'CERTIFICATE_KEY_FILE')),
    sandbox,
    sandboxInsisted: state === 'insisted',
    oidc,
    staffSignIn: readStaffSignIn(environment, oidc),
    rateLimitPerMinute: whole(environment, 'RATE_LIMIT_PER_MINUTE', sandbox ? sandboxRateLimitPerMinute : rateLimitPerMinute),
    customerKeysPerHour: whole(environment, 'CUSTOMER_KEYS_PER_HOUR', sandbox ? 10_000 : 1_000),
    connections: {
      most: whole(environment, 'CONNECTIONS_MOST', 10_000),
      mostOfAddress: whole(environment, 'CONNECTIONS_PER_ADDRESS', trustProxy.length > 0 ? 0 : 1_000),
      bodyMs: patience.bodyMs,
      stop: usualStopLimits,
    },
    shares: {
      most: whole(environment, 'REQUESTS_AT_ONCE', 256),
      mostOfCaller: whole(environment, 'REQUESTS_PER_CALLER', 64),
      waitMs: 1_000 * whole(environment, 'WAIT_SECONDS', 10),
    },
    reports: {
      atOnce: positive(environment, 'REPORTS_AT_ONCE', reportsAtOnce),
      ofCaller: positive(environment, 'REPORTS_PER_CALLER', 2),
      limitMs: positive(environment, 'REPORT_LIMIT_MS', 20_000),
    },
    exportsAtOnce: positive(environment, 'EXPORTS_AT_ONCE', 4),
    downloadPace: { graceMs: 30_000, bytesPerSecond: positive(environment, 'DOWNLOAD_BYTES_PER_SECOND', 32_768) },
    bodyBytesMost: whole(environment, 'BODY_BYTES_MOST', 134_217_728),
    trustProxy,
    carrier: carrierNameFrom(environment),
    callbacks: callbacksFrom(environment),
    mailer: mailerNameFrom(environment),
    policy: policyFrom(environment),
    purgeLedger: ledgerFolderFrom(environment),
    purgesPerHour: environment['PURGES_PER_HOUR'] ? whole(environment, 'PURGES_PER_HOUR', 0) : undefined,
    stripe: readStripe(environment),
    platformTables: readPlatformTables(environment['PLATFORM_DATA_FILE']),
    fourEyesMs: fourEyesMs(environment),
    logLevel: environment['LOG_LEVEL'] || 'info',
    publicUrl: publicUrlFrom(environment),
    frameAncestors: readOrigins(environment, 'FRAME_ANCESTORS'),
  };
}

/** An address, where Fastify would look for several: for each after the first it makes another server, which has none of the limits of connections and does not end with the first. */
function hostIn(environment: Environment): string {
  const host = environment['HOST'] || '0.0.0.0';
  return host === 'localhost' ? '127.0.0.1' : host;
}

function readOidc(environment: Environment, sandbox: boolean): OidcSettings | undefined {
  if (!environment['OIDC_ISSUER']) return undefined;
  return {
    issuer: issuerAddress('OIDC_ISSUER', environment['OIDC_ISSUER'], sandbox),
    audience: required(environment, 'OIDC_AUDIENCE'),
    audienceClaim: environment['OIDC_AUDIENCE_CLAIM'] || 'aud',
    jwksUri: environment['OIDC_JWKS_URI'] ? issuerAddress('OIDC_JWKS_URI', environment['OIDC_JWKS_URI'], sandbox) : undefined,
    keysStaleMs: whole(environment, 'OIDC_KEYS_STALE_HOURS', 24) * 3_600_000,
    roleClaim: environment['OIDC_ROLE_CLAIM'] || 'role',
    accountClaim: environment['OIDC_ACCOUNT_CLAIM'] || 'account_id',
  };
}

function readStaffSignIn(environment: Environment, oidc: OidcSettings | undefined): StaffSignIn | undefined {
  if (!environment['OIDC_CLIENT_ID']) return undefined;
  if (!oidc) throw new Error('OIDC_CLIENT_ID is of no use without OIDC_ISSUER');
  const { issuer, audience } = oidc;
  return { issuer, audience, clientId: environment['OIDC_CLIENT_ID'], scope: environment['OIDC_SCOPE'] || 'openid', origins: [new URL(issuer).origin, ...readOrigins(environment, 'OIDC_ORIGINS')] };
}

/** As it was written, since tokens name the issuer so. */
function issuerAddress(name: string, text: string, sandbox: boolean): string {
  const url = /^https?:\/\//.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (!url || url.username || url.password || url.hash || (name === 'OIDC_ISSUER' && url.search)) throw new Error(`${name} is no address of an issuer, like https://issuer.example`);
  if (url.protocol === 'http:' && !sandbox) throw new Error(`${name} is plain http: whoever is on the way could say whose tokens count. Only the sandbox takes it`);
  return text;
}

function readStripe(environment: Environment): StripeSettings | undefined {
  if (!environment['STRIPE_WEBHOOK_SECRET'] && !environment['STRIPE_API_KEY']) return undefined;
  const url = environment['STRIPE_API_URL'] || 'https://api.stripe.com';
  if (!/^https?:/.test(url) || !URL.canParse(url)) throw new Error(`STRIPE_API_URL is no address: ${url}`);
  return { webhookSecret: required(environment, 'STRIPE_WEBHOOK_SECRET'), apiKey: required(environment, 'STRIPE_API_KEY'), apiUrl: new URL(url) };
}

/** Separated by spaces. */
function readOrigins(environment: Environment, name: string): readonly string[] {
  const origins = (environment[name] ?? '').split(/\s+/).filter((text) => text !== '');
  const wrong = origins.find((text) => !/^https?:/.test(text) || !URL.canParse(text) || new URL(text).origin !== text);
  if (wrong !== undefined) throw new Error(`${name} has what is no http(s) origin, like https://app.example: ${wrong}`);
  return origins;
}

/** Separated by spaces: addresses, and networks as 10.0.0.0/8. */
function readNetworks(environment: Environment, name: string): readonly string[] {
  const networks = (environment[name] ?? '').split(/\s+/).filter((text) => text !== '');
  const wrong = networks.find((text) => {
    const [address = '', bits, ...rest] = text.split('/');
    const version = isIP(address);
    return version === 0 || rest.length > 0 || (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > (version === 4 ? 32 : 128)));
  });
  if (wrong !== undefined) throw new Error(`${name} has what is no address or network, like 10.0.0.0/8: ${wrong}`);
  return networks;
}

function fourEyesMs(environment: Environment): number | null {
  const word = environment['FOUR_EYES'] || 'false';
  if (!['true', 'false'].includes(word)) throw new Error(`FOUR_EYES is neither true nor false: ${word}`);
  const hours = positive(environment, 'FOUR_EYES_HOURS', 24);
  return word === 'true' ? hours * 3_600_000 : null;
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

function positive(environment: Environment, name: string, otherwise: number): number {
  const value = whole(environment, name, otherwise);
  if (value === 0) throw new Error(`${name} must be at least 1`);
  return value;
}

/** Injection token of {@link ApiSettings}. */
export const SETTINGS = Symbol('ApiSettings');
