// Compares what a carrier lists with what we believe, a request at a time, and writes down what does not agree. It changes nothing else, here or there.
import { performance } from 'node:perf_hooks';
import type { Listed, ListedKind, ListedPage, ListingCarrier, ListingPlace } from '#carriers';
import type { Holders, Keeping } from '#holders';
import { grouped } from '#kernel';
import type { Database } from '#postgres';
import { describe, type Logger, silentLogger } from '#running';
import { driftOfListed, driftOfUnlisted, type Terms } from './compare.js';
import type { DriftFindings, DriftOfAccount, DriftOfNobody } from './findings.js';
import type { DriftRuns, TakenRun } from './runs.js';

/** The accounts' own word. */
export interface Believing {
  /** Those that are so by the state of their accounts: a table alone is no belief. */
  borneOut(carrier: string, found: readonly DriftOfAccount[]): Promise<readonly DriftOfAccount[]>;
}

export interface DriftSettings {
  /** How often by itself; 0: only when it is asked for. */
  readonly everyMs: number;
  readonly logger?: Logger;
  /** How long to wait at most before a listing that failed is tried again. */
  readonly backOff?: { readonly firstMs: number; readonly longestMs: number };
}

const unreadable: ListedPage = { outcome: 'retry-later', afterMs: null, reason: 'answer-unreadable' };

interface Underway {
  readonly run: TakenRun;
  /** Lists that are read page by page miss what moves from page to page meanwhile: what is missing is looked for a second time. */
  readonly pass: 1 | 2;
  readonly step: 'listing' | 'holding';
  readonly place: ListingPlace | null;
  readonly after: Keeping | null;
  readonly missing: boolean;
  readonly withheld: readonly ListedKind[];
  readonly failures: number;
  /** By `performance.now()`: when the carrier may be asked. */
  readonly askAt: number | null;
  /** How long the carrier is left to the effects behind a page. */
  readonly restMs: number;
}

/** A call that the carrier bears beside those of the effects: in how many milliseconds, and how many apart. */
interface Booked {
  readonly waitMs: number;
  readonly intervalMs: number;
}

interface Noted {
  readonly kind: ListedKind;
  readonly hashes: readonly string[];
  readonly found: readonly (DriftOfAccount | DriftOfNobody)[];
}

const idleMs = 5_000;
const heldAtOnce = 500;
const failuresMost = 8;
/** Who wants to be left alone for longer is left alone until the next run. */
const waitMostMs = 600_000;
const kinds: readonly ListedKind[] = ['number', 'campaign', 'brand'];

export class DriftChecker {
  private underway: Underway | null = null;
  private readonly logger: Logger;

  constructor(
    private readonly database: Database,
    private readonly carrier: ListingCarrier,
    private readonly runs: DriftRuns,
    private readonly findings: DriftFindings,
    private readonly holders: Holders,
    private readonly believing: Believing,
    private readonly book: () => Promise<Booked>,
    private readonly settings: DriftSettings,
  ) {
    this.logger = settings.logger ?? silentLogger;
  }

  /** Does what is next, if anything is; answers in how many milliseconds to come again. */
  async round(): Promise<number> {
    if (this.underway === null) {
      const run = await this.runs.take(this.carrier.name, this.settings.everyMs);
      if (run === null) return idleMs;
      this.underway = { run, pass: 1, step: 'listing', place: null, after: null, missing: false, withheld: [], failures: 0, askAt: null, restMs: 0 };
    }
    return this.underway.step === 'listing' ? this.listOn(this.underway) : this.compareOn(this.underway);
  }

  /** Whoever stops lets another go on. */
  async stop(): Promise<void> {
    if (this.underway) await this.runs.letGo(this.underway.run);
    this.underway = null;
  }

  private async listOn(at: Underway): Promise<number> {
    if (at.askAt === null) {
      const { waitMs, intervalMs } = await this.book();
      this.underway = { ...at, askAt: performance.now() + waitMs, restMs: intervalMs };
      return waitMs;
    }
    const leftMs = at.askAt - performance.now();
    if (leftMs > 0) return leftMs;
    const page = await this.pageAt(at.place);
    if (page.outcome !== 'listed') return this.failed(at, page);
    const noted = await this.meet(at, page.listed);
    await this.going(at, { listed: at.pass === 1 ? page.listed.length : 0 }, async () => {
      for (const { kind, hashes, found } of noted) {
        await this.runs.noteListed(this.carrier.name, kind, hashes);
        await this.findings.put(this.carrier.name, 'listing', found);
      }
      const withheld = [...at.withheld, ...page.withheld];
      return { ...at, place: page.next, step: page.next === null ? 'holding' : 'listing', after: null, withheld, failures: 0, askAt: null };
    });
    return at.restMs;
  }

  /** What leads to itself is no page, nor is what the adapter stumbles over, of which the log tells: whoever asked for it again would ask for ever. */
  private async pageAt(place: ListingPlace | null): Promise<ListedPage> {
    try {
      const page = await this.carrier.list(place);
      return page.outcome === 'listed' && page.next !== null && page.next === place ? unreadable : page;
    } catch (error) {
      this.logger.error('drift: a list of the carrier was stumbled over', { carrier: this.carrier.name, error: describe(error) });
      return unreadable;
    }
  }

  /** Of a page: what is there, which what is over is not, and what does not agree with it. */
  private async meet(at: Underway, all: readonly Listed[]): Promise<readonly Noted[]> {
    const noted: Noted[] = [];
    for (const [kind, listed] of grouped(all, (one) => one.kind)) {
      const names = listed.flatMap((one) => one.names);
      const hashes = await this.holders.hashes(kind, names);
      const hashOf = new Map(names.map((name, index) => [name, hashes[index]!]));
      const idHashes = await this.holders.idHashes(listed.map(({ carrierNumberId }) => carrierNumberId));
      const keepings = grouped(await this.holders.keeping(kind, hashes), ({ hash }) => hash);
      const met = listed.map((one, index) => {
        const own = one.names.map((name) => hashOf.get(name)!);
        return { listed: one, hashes: own, carrierIdHash: idHashes[index]!, keepings: own.flatMap((hash) => keepings.get(hash) ?? []) };
      });
      const found = met.flatMap((one) => driftOfListed(one, this.terms(at)));
      const ofAccounts = await this.believing.borneOut(this.carrier.name, found.filter((one) => 'accountId' in one));
      const there = met.filter((one) => one.listed.status !== 'ended').flatMap((one) => one.hashes);
      noted.push({ kind, hashes: there, found: [...ofAccounts, ...found.filter((one) => 'hash' in one)] });
    }
    return noted;
  }

  private async compareOn(at: Underway): Promise<number> {
    const keepings = await this.holders.keepings(at.after, heldAtOnce);
    const listed = new Map<string, ReadonlySet<string>>();
    for (const [kind, own] of grouped(keepings, (one) => one.kind)) listed.set(kind, await this.runs.listedOf(this.carrier.name, kind, own.map(({ hash }) => hash)));
    const asked = keepings.filter(({ kind }) => !at.withheld.includes(kind));
    const found = await this.believing.borneOut(this.carrier.name, driftOfUnlisted(asked, ({ kind, hash }) => listed.get(kind)!.has(hash), this.terms(at)));
    await this.going(at, { compared: at.pass === 1 ? keepings.length : 0 }, async () => {
      if (at.pass === 2) await this.findings.put(this.carrier.name, 'listing', found);
      const missing = at.missing || found.length > 0;
      if (keepings.length === heldAtOnce) return { ...at, after: keepings.at(-1)!, missing };
      if (at.pass === 1 && missing) return { ...at, pass: 2, step: 'listing', place: null, after: null, missing: false };
      await this.findings.clearUnseen(this.carrier.name, at.run.beganAt, kinds.filter((kind) => !at.withheld.includes(kind)));
      await this.runs.end(at.run, 'compared', at.withheld.length > 0 ? 'registrations-withheld' : null);
      this.logger.info('drift: compared with what the carrier lists', { carrier: this.carrier.name });
      return null;
    });
    return 0;
  }

  /** What was done and how far it has come in one transaction; nothing, where another process has taken the run over. */
  private async going(at: Underway, more: { readonly listed?: number; readonly compared?: number }, work: () => Promise<Underway | null>): Promise<void> {
    this.underway = await this.database.transaction(async () => ((await this.runs.keep(at.run, more)) ? work() : null));
  }

  private async failed(at: Underway, { outcome, reason, ...said }: Exclude<ListedPage, { readonly outcome: 'listed' }>): Promise<number> {
    const { firstMs, longestMs } = this.settings.backOff ?? { firstMs: 5_000, longestMs: 300_000 };
    const afterMs = 'afterMs' in said ? said.afterMs : null;
    const waitMs = Math.max(afterMs ?? 0, Math.min(firstMs * 2 ** at.failures, longestMs));
    if (outcome === 'refused' || at.failures + 1 >= failuresMost || waitMs > waitMostMs) {
      this.logger.warn('drift: the carrier could not be listed, and nothing is compared', { carrier: this.carrier.name, reason });
      await this.runs.end(at.run, 'failed', reason);
      this.underway = null;
      return idleMs;
    }
    this.underway = (await this.runs.keep(at.run)) ? { ...at, failures: at.failures + 1, askAt: performance.now() + waitMs } : null;
    return waitMs;
  }

  private terms({ run }: Underway): Terms {
    return { settledBefore: Date.parse(run.beganAt) - this.carrier.listsLateMs, deletesBrands: this.carrier.deleteBrand !== undefined };
  }
}
