// What the tests of this library share: a database with its tables, a carrier that answers as told and notes when it was asked, and an account that notes what it is told.
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { beforeEach } from '@jest/globals';
import type { Attempt, BrandDeletion, CampaignEnd, Carrier, NumberRelease, Outcome, Permit, Report } from '#carriers';
import { Clock, migrations as deadlines, TestClocks } from '#deadlines';
import { type Instant, plusMs } from '#kernel';
import { migrations as mail } from '#mail';
import type { Database } from '#postgres';
import type { Logger, QueueBackend } from '#running';
import {
  type Conclusion, type Effect, type EffectCommands, type EffectKind, EffectQueries, Effects, EffectsEngine, type EffectsEngineSettings, type EffectTarget, migrations,
} from '../src/index.js';
import { closingAfterEach } from '../../../test/support/afterwards.js';
import { freshDatabase } from '../../../test/support/database.js';

export { anotherDatabase } from '../../../test/support/database.js';
export { eventually } from '../../../test/support/eventually.js';

interface Fixture {
  readonly url: string;
  /** Past any pooler. */
  readonly directUrl: string;
  readonly database: Database;
  readonly effects: Effects;
  readonly effectQueries: EffectQueries;
  readonly clock: Clock;
  readonly clocks: TestClocks;
  close(): Promise<void>;
}

async function fixture(): Promise<Fixture> {
  const fresh = await freshDatabase({ migrations: [...deadlines, ...mail, ...migrations], poolSize: 20 });
  const { url, directUrl, database } = fresh;
  await database.query(`
    CREATE TABLE told (id bigserial, account_id text, kind text, subject text, outcome text, reason text, actor text, at timestamptz(3) DEFAULT clock_timestamp());
    CREATE TABLE retried (effect_id uuid, reason text, actor text);
  `);
  return {
    url, directUrl, database, effects: new Effects(database, 'scripted'), effectQueries: new EffectQueries(database), clock: new Clock(database), clocks: new TestClocks(database),
    close: () => fresh.drop(),
  };
}

type Said = Outcome & Partial<Report>;

export interface Asked {
  readonly subject: string;
  readonly key: string;
  readonly order: string | null;
  readonly attempt: number;
  /** `performance.now()` of the call. */
  readonly at: number;
  /** How many shared the call. */
  readonly company: number;
}

export class ScriptedCarrier implements Carrier {
  readonly asked: Asked[] = [];
  /** When calls of `releaseNumbers` came, by `performance.now()`. */
  readonly calls: number[] = [];
  name = 'scripted';
  batchMost = 1;
  requestsPerSecond = 1_000;
  campaignRequestsPerSecond = 1_000;
  /** How long it takes to read what it has on record. */
  reading: (() => Promise<void>) | undefined;

  /** What it says about each; released unless told otherwise. */
  constructor(public answer: (subject: string, attempt: number, order: string | null) => Said | Promise<Said> = () => ({ outcome: 'released' })) {}

  async releaseNumbers(requests: readonly NumberRelease[], permit: Permit): Promise<readonly Report[]> {
    const wanted = await this.confirm(requests, permit);
    if (wanted.length > 0) this.calls.push(performance.now());
    return Promise.all(requests.map(async (request) => (wanted.includes(request) ? this.say(request.e164, request, wanted.length) : takenBack(request))));
  }

  async endCampaign(request: CampaignEnd, permit: Permit): Promise<Report> {
    return (await this.confirm([request], permit)).length > 0 ? this.say(request.campaignId ?? '', request, 1) : takenBack(request);
  }

  deleteBrand? = async (request: BrandDeletion, permit: Permit): Promise<Report> =>
    ((await this.confirm([request], permit)).length > 0 ? this.say(request.brandId, request, 1) : takenBack(request));

  /** Reads first, as real ones do. */
  private async confirm<R extends Attempt>(requests: readonly R[], permit: Permit): Promise<readonly R[]> {
    await this.reading?.();
    return permit.leftMs() > 0 ? permit.stillWanted(requests) : [];
  }

  private async say(subject: string, { idempotencyKey: key, order, attempt }: Attempt, company: number): Promise<Report> {
    this.asked.push({ subject, key, order, attempt, at: performance.now(), company });
    return { httpStatus: 200, latencyMs: 1, providerCode: null, order: null, ...(await this.answer(subject, attempt, order)) };
  }
}

/** Whatever is asked for. */
export const allowing: Permit = { leftMs: () => Infinity, stillWanted: async (requests) => requests };

const takenBack = ({ order }: Attempt): Report => ({ outcome: 'retry-later', afterMs: null, reason: 'taken-back', httpStatus: null, latencyMs: 0, providerCode: null, order });

const targetOf = (kind: EffectKind, subject: string): EffectTarget => {
  switch (kind) {
    case 'release-number':
      return { kind, e164: subject, carrierNumberId: null };
    case 'end-campaign':
      return { kind, messagingServiceSid: null, campaignId: subject, brandId: null, brandName: 'Acme' };
    case 'delete-brand':
      return { kind, brandId: subject, brandName: 'Acme' };
    case 'notify':
      return { kind, mail: { to: `${subject}@example.com`, subject, text: 'told', html: '<p>told</p>', calendar: null, language: 'en', message: 'told', templateVersion: '1', accountId: 'a' } };
  }
};

/** Writes what it is told into the transaction it is told in. */
export function accounts(database: Database, overrides: Partial<EffectCommands> = {}): EffectCommands {
  return {
    resolve: async ({ kind, subject }) => targetOf(kind, subject),
    async conclude({ accountId, kind, subject }: Effect, { outcome, reason }: Conclusion, { actor }) {
      await database.query('INSERT INTO told (account_id, kind, subject, outcome, reason, actor) VALUES ($1, $2, $3, $4, $5, $6)', [
        accountId, kind, subject, outcome, reason, actor.id,
      ]);
    },
    abandon: async () => undefined,
    async recordRetry({ effectId }, reason, { actor }) {
      await database.query('INSERT INTO retried (effect_id, reason, actor) VALUES ($1, $2, $3)', [effectId, reason, actor.id]);
    },
    ...overrides,
  };
}

export interface Told {
  readonly accountId: string;
  readonly subject: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly actor: string;
  readonly at: Instant;
}

export const told = ({ database }: Rig): Promise<Told[]> =>
  database.query<Told>('SELECT account_id AS "accountId", subject, outcome, reason, actor, at FROM told ORDER BY id');

/** Fast retries, no storm guard. */
const brisk: EffectsEngineSettings = {
  backOff: { firstMs: 40, longestMs: 80 }, poll: { firstMs: 20, longestMs: 40 }, ownBackOff: { firstMs: 30, longestMs: 60 },
  sweepEveryMs: 25, storm: null,
};

export function engine(database: Database, carrier: Carrier, commands: EffectCommands, settings: EffectsEngineSettings = {}, queue: QueueBackend | null = null): EffectsEngine {
  return new EffectsEngine(database, [carrier], commands, queue, { ...brisk, ...settings });
}

interface Around {
  readonly commands?: Partial<EffectCommands>;
  readonly queue?: QueueBackend | null;
  readonly database?: Database;
}

export interface Rig extends Omit<Fixture, 'close'> {
  /** An engine that works until the test is over. */
  begin(carrier: Carrier, settings?: EffectsEngineSettings, around?: Around): void;
  /** What is to be done when the test is over, the last first. */
  afterwards(close: () => unknown): void;
}

/** Each test of the file has a database of its own. */
export function rig(): Rig {
  const afterwards = closingAfterEach();
  let current: Fixture;
  beforeEach(async () => {
    const made = await fixture();
    current = made;
    afterwards(() => made.close());
  });
  return {
    get url() { return current.url; },
    get directUrl() { return current.directUrl; },
    get database() { return current.database; },
    get effects() { return current.effects; },
    get effectQueries() { return current.effectQueries; },
    get clock() { return current.clock; },
    get clocks() { return current.clocks; },
    begin(carrier, settings = {}, { commands = {}, queue = null, database = current.database } = {}) {
      const started = engine(database, carrier, accounts(database, commands), settings, queue);
      started.start();
      afterwards(() => started.stop());
    },
    afterwards,
  };
}

/** Asks for effects that are due a second ago, on real time. */
export async function ask({ effects, clock, database }: Rig, accountId: string, subjects: readonly string[], kind: EffectKind = 'release-number'): Promise<void> {
  const dueAt = plusMs(await clock.now(null), -1_000);
  await database.transaction(() => effects.put(accountId, null, subjects.map((subject) => ({ kind, subject, generation: 1, dueAt }))));
}

export const subjects = (count: number, prefix = 'n'): string[] => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

export const operator = { actor: { role: 'operator', id: 'olga' }, channel: 'api', correlationId: randomUUID(), causationId: randomUUID() } as const;

export function listeningLogger(): { logger: Logger; errors: string[] } {
  const errors: string[] = [];
  const ignore = (): void => undefined;
  return { errors, logger: { debug: ignore, info: ignore, warn: ignore, error: (message) => errors.push(message) } };
}
