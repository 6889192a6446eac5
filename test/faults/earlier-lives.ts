// Accounts in real time whose cancellation began long ago, so that what follows is due in seconds. HTTP cannot make them: in real time
// nobody waits a year. They are made by the use cases' own `Memberships`, in its transaction, with its log and its deadlines; only the
// clock that comes with the log is told an earlier time.
import { randomUUID } from 'node:crypto';
import { instant, type Instant, type Metadata } from '#kernel';
import { builtInPolicy, membershipEvents, nothingUnsent, type Command, type MembershipEvent } from '#domain';
import { Clock, ClockWatch, Deadlines } from '#deadlines';
import { Directory } from '#directory';
import { Effects, Notices } from '#effects';
import { EventStore, type Known, type Newer, type NewerLimits, ShardHeld, type WrittenByNewerRelease } from '#event-store';
import { Holders } from '#holders';
import { Batches, CarrierHoldings, Memberships, WritePath } from '#application';
import { PurgeGuard, Purges, usualPurgeLimits } from '#purge';
import { MasterKeys, PersonalData } from '#personal-data';
import { connect, Database } from '#postgres';
import { silentLogger } from '#running';
import { ScheduledMessages } from '#scheduled-messages';

const day = 86_400_000;

class EarlierStore extends EventStore<MembershipEvent> {
  constructor(
    database: Database,
    personalData: PersonalData,
    private readonly time: { now: Instant },
  ) {
    super(database, personalData, membershipEvents);
  }

  override async newer(known: readonly Known[], fold: string | null, limits: NewerLimits): Promise<(Newer<MembershipEvent> | WrittenByNewerRelease)[]> {
    return (await super.newer(known, fold, limits)).map((one) => ('from' in one ? { ...one, now: this.time.now } : one));
  }
}

/** What the account waits for, and how long after its last plan ended that is. */
export const waits = { 'period-end': 0, 'release-numbers': 14, 'expire-ten-dlc': 30, 'purge-data': 365 } as const;

export type Wait = keyof typeof waits;

export interface EarlierLife {
  readonly accountId: string;
  readonly subscriptionId: string;
  readonly waitsFor: Wait;
  readonly dueAt: Instant;
  readonly e164: string;
}

export interface EarlierSettings {
  readonly e164?: string;
  readonly hasReturned?: boolean;
}

const metadata: Metadata = { actor: { role: 'service', id: 'earlier' }, channel: 'test', correlationId: 'earlier', causationId: 'earlier' };

export class EarlierLives {
  /** What one of many costs on this machine, in milliseconds: a guess until some were made, then what they cost. */
  costMs = 400;

  private constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
    private readonly carrier: string,
  ) {}

  /** `carrier`: whose the numbers are. */
  static async open(databaseUrl: string, masterKey: string, carrier = 'sandbox'): Promise<EarlierLives> {
    const database = new Database(await connect({ url: databaseUrl, poolSize: 8, applicationName: 'sunset-test', connectLimitMs: 60_000 }));
    return EarlierLives.on(database, new PersonalData(database, new MasterKeys([Buffer.from(masterKey, 'base64')])), carrier);
  }

  static on(database: Database, personalData: PersonalData, carrier = 'sandbox'): EarlierLives {
    return new EarlierLives(database, personalData, carrier);
  }

  close(): Promise<void> {
    return this.database.dataSource.destroy();
  }

  /** By the clock that decides. */
  async now(): Promise<number> {
    const [row] = await this.database.query<{ now: Instant }>('SELECT clock_timestamp() AS now');
    return Date.parse(row!.now);
  }

  /** Nobody sees anything of it before all of it is there, so no worker can meddle. `hasReturned`: all of it but the purge had happened once before. */
  async begin(waitsFor: Wait, dueAtMs: number, { e164 = numberFrom(randomUUID()), hasReturned = false }: EarlierSettings = {}): Promise<EarlierLife> {
    const accountId = randomUUID();
    const subscriptionId = randomUUID();
    const end = dueAtMs - waits[waitsFor] * day;
    const time = { now: instant(end - 7 * day) };
    const memberships = this.memberships(time);
    const live = async (commands: readonly Command[], ended: number, until: number): Promise<void> => {
      time.now = instant(ended - 7 * day);
      for (const command of commands) await memberships.handle(accountId, command, metadata);
      for (const days of Object.values(waits).filter((after) => after < until)) {
        time.now = instant(ended + days * day);
        await memberships.bringUpToDate(accountId, metadata);
      }
    };
    await this.database.transaction(async () => {
      await memberships.handle(accountId, opening, metadata);
      if (hasReturned) await live(leaving(randomUUID()), end - 100 * day, waits['purge-data']);
      // Every consequence before the one in question was carried out on its day.
      await live(leaving(subscriptionId, e164), end, waits[waitsFor]);
    });
    return { accountId, subscriptionId, waitsFor, dueAt: instant(dueAtMs), e164 };
  }

  /** Somebody who stays: a trial that becomes a paid period at that instant, and a number whose fee fell due at the midnight before. */
  async stay(dueAtMs: number): Promise<{ readonly accountId: string; readonly subscriptionId: string }> {
    const accountId = randomUUID();
    const subscriptionId = randomUUID();
    const memberships = this.memberships({ now: instant(dueAtMs - 7 * day) });
    for (const command of staying(subscriptionId, new Date(dueAtMs).getUTCDate())) await memberships.handle(accountId, command, metadata);
    return { accountId, subscriptionId };
  }

  private memberships(time: { now: Instant }): Memberships {
    const store = new EarlierStore(this.database, this.personalData, time);
    const effects = new Effects(this.database, this.carrier);
    const guard = new PurgeGuard(this.database, usualPurgeLimits, new ClockWatch(this.database, silentLogger));
    const path = new WritePath(
      this.database, store, new Deadlines(this.database), new Clock(this.database), new ScheduledMessages(this.database), effects, new Notices(this.database), new CarrierHoldings(new Holders(this.database, this.personalData), effects), new Directory(this.database, this.personalData), new Purges(this.database), guard, builtInPolicy,
    );
    return new Memberships(this.database, path, new Batches(this.database, store, path));
  }

  /** One after the other: each has its shard of the log for as long as it takes, and begins again where somebody else has it for too long. */
  async beginAll(wanted: readonly (readonly [waitsFor: Wait, dueAtMs: number, settings?: EarlierSettings])[]): Promise<EarlierLife[]> {
    const lives: EarlierLife[] = [];
    const began = performance.now();
    for (const one of wanted) lives.push(await this.beginPatiently(...one));
    if (wanted.length > 0) this.costMs = (performance.now() - began) / wanted.length;
    return lives;
  }

  private async beginPatiently(...wanted: Parameters<EarlierLives['begin']>): Promise<EarlierLife> {
    for (let left = 10; ; left -= 1) {
      try {
        return await this.begin(...wanted);
      } catch (error) {
        if (!(error instanceof ShardHeld) || left === 0) throw error;
      }
    }
  }
}

const terms = { timeZone: 'UTC', currency: 'USD', testClockId: null, numberBillingAnchorDay: null, numberFee: { amount: 0, currency: 'USD' }, cancellationMode: 'two-step' } as const;

/** Of a life of its own: no two accounts have the same. */
export const numberFrom = (id: string): string => `+883${String(BigInt(`0x${id.slice(-12)}`) % 10n ** 12n).padStart(12, '0')}`;

const staying = (subscriptionId: string, numberBillingAnchorDay: number): readonly Command[] => [
  { type: 'OpenAccount', name: 'Ada Staying', email: 'staying@example.com', ...terms, numberBillingAnchorDay, numberFee: { amount: 200, currency: 'USD' } },
  { type: 'Subscribe', subscriptionId, planId: 'messaging-monthly', trialDays: 7 },
  { type: 'BuyNumber', numberId: randomUUID(), e164: numberFrom(randomUUID()), e164Hash: randomUUID(), origin: 'purchased' },
  { type: 'TopUpWallet', topUpId: randomUUID(), amount: { amount: 1_000, currency: 'USD' } },
];

const opening: Command = { type: 'OpenAccount', name: 'Ada Earlier', email: 'earlier@example.com', ...terms };

/** A trial of seven days, so that the end does not depend on the length of months; cancelled at once. */
function leaving(subscriptionId: string, e164?: string): readonly Command[] {
  const numberId = randomUUID();
  return [
    { type: 'Subscribe', subscriptionId, planId: 'messaging-monthly', trialDays: 7 },
    ...(e164 === undefined ? [] : [{ type: 'BuyNumber', numberId, e164, e164Hash: numberId, origin: 'purchased' } as const]),
    { type: 'ApplyTenDlc', registrationId: randomUUID(), brandName: 'Earlier Brand' },
    { type: 'ApproveTenDlc' },
    {
      type: 'RequestCancellation', subscriptionId, reason: { code: 'unused' }, acknowledgedConsequences: true, language: 'en', textHash: 'earlier', unsent: nothingUnsent,
      acceptedDisclosures: builtInPolicy.disclosures.map(({ id, version }) => ({ id, version })),
    },
  ];
}
