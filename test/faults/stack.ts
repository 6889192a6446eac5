// Everything that a matrix breaks, as processes of its own: PostgreSQL, Redis, APIs and workers, each behind a way that can be cut, and those outside.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startRedis, type Redis } from '../../apps/launch/redis.mjs';
import { freePort } from '../../apps/launch/ports.mjs';
import { TwilioStub } from '../carriers/twilio-stub.js';
import { newMasterKey } from '../end-to-end/running.js';
import { anotherDatabase, migrate } from '../support/database.js';
import { startMailServer, type MailServer } from '../support/mail-server.js';
import { answers, startProcess, working, type RunningProcess } from '../support/service.js';
import { CrashPoints } from './crash-points.js';
import { EarlierLives } from './earlier-lives.js';
import { FeedConsumer, Receiver } from './outside.js';
import { PostgresServer } from './postgres-server.js';
import { Proxy } from './proxy.js';
import { Records } from './records.js';

/** A process of the service, whose ways and address stay when it is started again. */
export class Member {
  process: RunningProcess | null = null;
  readonly crashPoints = new CrashPoints(() => {
    if (this.atCrashPoint === 'dies') void this.kill('SIGKILL');
    else this.process?.pause();
  });
  atCrashPoint: 'dies' | 'sleeps' = 'dies';
  /** Of its own, beside what all have. */
  environment: NodeJS.ProcessEnv = {};
  /** How it ended, each time that nobody had made it. */
  readonly endedByItself: string[] = [];
  private isToEnd = false;

  constructor(
    readonly app: 'api' | 'worker',
    readonly port: number,
    readonly database: Proxy,
    readonly redis: Proxy,
    readonly carrier: Proxy,
    private readonly shared: (member: Member) => NodeJS.ProcessEnv,
    private readonly release?: string,
  ) {
    database.listener = this.crashPoints;
  }

  get isRunning(): boolean {
    return this.process?.running ?? false;
  }

  start(): void {
    if (this.isRunning) return;
    this.isToEnd = false;
    const started = startProcess(this.app, { ...this.shared(this), ...this.environment }, this.release);
    this.process = started;
    void started.ended.then((how) => {
      if (!this.isToEnd && this.process === started) this.endedByItself.push(`the ${this.app} ended by itself: ${how}`);
    });
  }

  /** Until it serves. */
  async serves(): Promise<void> {
    this.start();
    if (this.app === 'api') await answers(`http://127.0.0.1:${this.port}/health/ready`, this.process!);
    else await working(this.process!);
  }

  async stop(): Promise<void> {
    this.isToEnd = true;
    this.process?.resume();
    await this.process?.stop();
  }

  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.isToEnd = true;
    return this.process?.kill(signal) ?? Promise.resolve();
  }
}

export interface StackSettings {
  readonly workers?: number;
  readonly apis?: number;
  /** The folder of the release that it begins with; this one unless told. */
  readonly release?: string;
  /** Of PostgreSQL. */
  readonly postgres?: Parameters<typeof PostgresServer.make>[0];
  /** Takes back what was made for it, once it has ended. */
  readonly afterwards?: () => unknown;
}

export class Stack {
  /** Those that run, for whoever has to end them all. */
  static readonly running = new Set<Stack>();
  readonly carrier = new TwilioStub();
  readonly receiver = new Receiver();
  readonly feed = new FeedConsumer();
  readonly members: Member[] = [];
  mails!: MailServer;
  mailWay!: Proxy;
  front!: Proxy;
  /** Of those who look on: it is never broken. */
  private past!: Proxy;
  postgres!: PostgresServer;
  redis: Redis | null = null;
  redisPort = 0;
  lives!: EarlierLives;
  records!: Records;
  masterKey = newMasterKey();
  private turn = 0;
  private readonly closings: (() => unknown)[] = [];
  private folder = '';

  private constructor(private readonly settings: StackSettings) {}

  static async start(settings: StackSettings = {}): Promise<Stack> {
    const stack = new Stack(settings);
    Stack.running.add(stack);
    try {
      await stack.begin(settings);
      return stack;
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  get base(): string {
    return `http://127.0.0.1:${this.front.port}`;
  }

  get apis(): readonly Member[] {
    return this.members.filter(({ app }) => app === 'api');
  }

  get workers(): readonly Member[] {
    return this.members.filter(({ app }) => app === 'worker');
  }

  /** Whoever is not running is started, and everything is as it was before a fault. */
  async mend(): Promise<void> {
    this.front.way = 'open';
    this.mailWay.way = 'open';
    for (const member of this.members) {
      member.database.way = 'open';
      member.redis.way = 'open';
      member.carrier.way = 'open';
      member.process?.resume();
      member.crashPoints.arm(null);
      member.atCrashPoint = 'dies';
    }
    await this.postgres.start();
    this.redis ??= await startRedis({ port: this.redisPort });
    this.receiver.manner = 'well';
    for (const member of this.members) await member.serves();
  }

  /** `release`: as in {@link StackSettings}. */
  async addMember(app: 'api' | 'worker', release?: string): Promise<Member> {
    const [database, redis, carrier] = [await Proxy.to(() => this.postgres.port), await Proxy.to(() => this.redisPort), await Proxy.to(() => Number(new URL(this.carrier.url).port))];
    this.closings.push(() => database.close(), () => redis.close(), () => carrier.close());
    const member = new Member(app, await freePort(), database, redis, carrier, (of) => this.environmentOf(of), release);
    this.members.push(member);
    return member;
  }

  async stop(): Promise<void> {
    Stack.running.delete(this);
    await this.feed.stop();
    await Promise.all(this.members.map((member) => member.stop()));
    for (const close of this.closings.reverse()) await close();
    await this.redis?.stop();
    await this.settings.afterwards?.();
    if (this.folder !== '') await rm(this.folder, { recursive: true, force: true });
  }

  /** A Redis that went away, as it comes back: empty, or with what it had written down. */
  async restartRedis(settings: Parameters<typeof startRedis>[0] = {}): Promise<void> {
    await this.redis?.kill();
    this.redis = await startRedis({ ...settings, port: this.redisPort });
  }

  /** From now on that one is the database; the other is gone. */
  failOver(replica: PostgresServer): void {
    const before = this.postgres;
    this.closings.unshift(() => before.remove());
    this.postgres = replica;
  }

  async redisGone(): Promise<void> {
    await this.redis?.kill();
    this.redis = null;
  }

  private async begin({ workers = 2, apis = 1, postgres = {}, release }: StackSettings): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'sunset-faults-service-'));
    this.postgres = await PostgresServer.make(postgres);
    this.closings.push(() => this.postgres.remove());
    await this.postgres.start();
    await this.postgres.query('CREATE DATABASE sunset');
    await migrate(this.postgres.url('sunset'));
    this.past = await Proxy.to(() => this.postgres.port);
    this.closings.push(() => this.past.close());
    this.redis = await startRedis();
    this.redisPort = this.redis.port;
    await this.carrier.start();
    this.mails = await startMailServer();
    await this.receiver.start();
    this.mailWay = await Proxy.to(() => Number(new URL(this.mails.url).port));
    this.front = await Proxy.to(() => this.nextApi());
    this.closings.push(() => this.carrier.stop(), () => this.mails.stop(), () => this.receiver.stop(), () => this.mailWay.close(), () => this.front.close());
    for (let count = 0; count < apis; count += 1) await this.addMember('api', release);
    for (let count = 0; count < workers; count += 1) await this.addMember('worker', release);
    for (const member of this.members) member.start();
    this.lives = await EarlierLives.open(this.postgres.url('sunset', this.past.port), this.masterKey, 'twilio');
    this.closings.push(() => this.lives.close());
    for (const member of this.members) await member.serves();
    await this.look();
  }

  /** Those who look at what comes of it, past all ways that can be cut. */
  private async look(): Promise<void> {
    const past = await anotherDatabase(this.postgres.url('sunset', this.past.port));
    this.closings.push(() => past.close());
    this.records = new Records(past.database, this.masterKey);
    const token = await this.token('service');
    await this.records.registered(async () => {
      const answer = await fetch(`${this.base}/v1/webhook-endpoints`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ url: this.receiver.url }) });
      if (answer.status !== 201) throw new Error(await answer.text());
    });
    this.feed.start(this.base, token);
  }

  async token(role: string): Promise<string> {
    const answer = await fetch(`${this.base}/v1/dev/tokens`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ role }) });
    return ((await answer.json()) as { token: string }).token;
  }

  /** In turn, those that are there. */
  private nextApi(): number {
    const there = this.apis.filter(({ isRunning }) => isRunning);
    this.turn += 1;
    return (there[this.turn % there.length] ?? this.apis[0]!).port;
  }

  private environmentOf({ app, port, database, redis, carrier }: Member): NodeJS.ProcessEnv {
    const { REDIS_URL: _foreign, ...inherited } = process.env;
    return {
      ...inherited,
      ...(app === 'api' ? { PORT: String(port) } : { WORKER_PORT: String(port) }),
      DATA_DIR: this.folder, SANDBOX: 'true', SUNSET_MASTER_KEY: this.masterKey, SUNSET_MASTER_KEY_FILE: '',
      DATABASE_URL: this.postgres.url('sunset', database.port), REDIS_URL: `redis://127.0.0.1:${redis.port}`,
      CARRIER: 'twilio', TWILIO_ACCOUNT_SID: this.carrier.accountSid, TWILIO_AUTH_TOKEN: this.carrier.authToken, TWILIO_BASE_URL: `http://127.0.0.1:${carrier.port}`,
      SMTP_URL: `smtp://127.0.0.1:${this.mailWay.port}`, MAIL_FROM: 'Sunset <no-reply@sunset.example>', SMTP_TIMEOUT_MS: '5000', MAILS_PER_SECOND: '200',
      PURGES_PER_HOUR: '100000', EFFECTS_PER_HOUR: '1000000', RATE_LIMIT_PER_MINUTE: '0', DRIFT_EVERY_HOURS: '0',
    };
  }
}

/** What `NODE_OPTIONS` says for a process whose clock goes wrong. */
export const skewed = (ms: number): NodeJS.ProcessEnv => ({ NODE_OPTIONS: `--import ${fileURLToPath(new URL('../../test/faults/skewed-clock.mjs', import.meta.url))}`, SKEWED_CLOCK_MS: String(ms) });
