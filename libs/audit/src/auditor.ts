// The auditor as production runs it: goes through all accounts again and again, a batch at a time, writes down what it finds, and has what is missing armed again.
import type { Alarms } from '#deadlines';
import { type Database, usualAnswerLimitMs } from '#postgres';
import { describe, type Logger, silentLogger } from '#running';
import { FindingsTable } from './findings-table.js';
import { accountsAfter, lookAt, type Look } from './look.js';
import type { Finding } from './rules.js';

/** How what is missing is armed again: as it is armed in the first place. Each may throw; it is then tried with the next walk. */
export interface Rearming {
  /** Everything that the account waits for is said again. */
  sayAgain(accountId: string): Promise<void>;
  /** The outside world is asked for what it was never asked for. */
  askAgain(accountId: string, numberIds: readonly string[]): Promise<void>;
  /** The rows are given an alarm again. */
  feedAgain(deadlines: readonly { readonly deadlineId: string; readonly accountId: string }[]): Promise<void>;
}

export interface AuditorSettings {
  /** Within which every account is looked at once. */
  readonly periodMs?: number;
  readonly accountsAtOnce?: number;
  readonly logger?: Logger;
}

/** So much of the period is meant to be needed, so that a walk that is held up still ends within it. */
const share = 0.8;
const betweenBatchesMs = 200;
const whileWaitingMs = 5_000;

/** Findings after which saying everything again helps. */
const saidAgain: ReadonlySet<string> = new Set(['not-armed', 'void-though-due', 'at-another-instant']);

export class Auditor {
  private readonly table: FindingsTable;
  private readonly settings: Required<AuditorSettings>;

  constructor(
    private readonly database: Database,
    private readonly alarms: Alarms | null,
    private readonly rearming: Rearming,
    settings: AuditorSettings = {},
  ) {
    this.table = new FindingsTable(database);
    this.settings = { periodMs: 3_600_000, accountsAtOnce: 200, logger: silentLogger, ...settings };
  }

  /** Looks at the next accounts, if it is time; answers in how many milliseconds to come again. Any number of processes may do it: one at a time does. */
  async round(): Promise<number> {
    if (await this.table.isWalked(this.settings.periodMs)) return whileWaitingMs;
    const done = await this.database.transaction(async () => {
      const walk = await this.table.takeWalk(this.settings.periodMs);
      if (walk === null || isAhead(walk, this.settings.periodMs)) return null;
      const accountIds = await accountsAfter(this.database, walk.afterAccount, this.settings.accountsAtOnce);
      const look = await this.database.apart(() => lookAt(this.database, this.alarms, accountIds));
      const fresh = await this.table.put(accountIds, look.findings);
      await this.table.moveOn(accountIds, accountIds.length < this.settings.accountsAtOnce);
      return { look, fresh };
      // It holds the walk alone, which others pass by, while the accounts are looked at on another connection.
    }, { silenceLimitMs: usualAnswerLimitMs });
    if (done === null) return whileWaitingMs;
    for (const found of done.fresh) this.settings.logger.error('something is not as the log says', { ...found });
    await this.rearm(done.look);
    return betweenBatchesMs;
  }

  private async rearm({ findings, withoutAlarm }: Look): Promise<void> {
    const rearmed: Finding[] = [];
    const attempt = async (those: readonly Finding[], arm: () => Promise<void>): Promise<void> => {
      if (those.length === 0) return;
      try {
        await arm();
        rearmed.push(...those);
      } catch (error) {
        this.settings.logger.warn('what is missing could not be armed again, and is tried again with the next walk', { accountId: those[0]!.accountId, error: describe(error) });
      }
    };
    await attempt(withoutAlarm, () => this.rearming.feedAgain(withoutAlarm));
    for (const accountId of new Set(findings.map((one) => one.accountId))) {
      const own = findings.filter((one) => one.accountId === accountId);
      await attempt(own.filter(({ finding }) => saidAgain.has(finding)), () => this.rearming.sayAgain(accountId));
      const neverAsked = own.filter(({ finding, kind }) => finding === 'effect-missing' && kind === 'release-number');
      await attempt(neverAsked, () => this.rearming.askAgain(accountId, neverAsked.map(({ subject }) => subject)));
    }
    await this.table.noteRearmed(rearmed);
  }
}

/** Whether the walk under way is further than it has to be by now. The first one, of which nobody knows how long it is, never is. */
function isAhead({ accounts, lastAccounts, elapsedMs }: { readonly accounts: number; readonly lastAccounts: number | null; readonly elapsedMs: number }, periodMs: number): boolean {
  return lastAccounts !== null && accounts > 0 && accounts > lastAccounts * (elapsedMs / (periodMs * share));
}
