// A carrier that lists what it is told to, and a worker's comparison with it that is carried on by hand.
import { BuyNumber } from '#application';
import { DriftChecker, DriftFindings, DriftRuns, type DriftRun } from '#carrier-drift';
import { Beliefs } from '#application';
import type { Listed, ListedPage, ListingCarrier, ListingPlace } from '#carriers';
import { byPlatform } from '../money/core.js';
import { rig as holding, TellingCarrier, type Rig as Holding } from '../holders/rig.js';

export class ListingTeller extends TellingCarrier implements ListingCarrier {
  listsLateMs = 0;
  listed: Listed[] = [];
  /** Of each request: instead of the list. */
  readonly answers: ((page: ListedPage) => ListedPage)[] = [];
  readonly places: (ListingPlace | null)[] = [];

  async list(place: ListingPlace | null): Promise<ListedPage> {
    this.places.push(place);
    const at = Number(place ?? 0);
    const page: ListedPage = { outcome: 'listed', listed: this.listed.slice(at, at + 2), next: at + 2 < this.listed.length ? String(at + 2) : null, withheld: [] };
    return this.answers.shift()?.(page) ?? page;
  }
}

export const number = (e164: string, carrierNumberId: string | null = null): Listed => ({ kind: 'number', names: [e164], carrierNumberId, status: 'in-use' });
export const registration = (kind: 'campaign' | 'brand', id: string, status: Listed['status'] = 'in-use'): Listed => ({ kind, names: [id], carrierNumberId: null, status });

export interface Rig extends Holding {
  readonly carrier: ListingTeller;
  readonly findings: DriftFindings;
  readonly runs: DriftRuns;
  checker(settings?: { readonly everyMs?: number; readonly carrier?: ListingCarrier; readonly restMs?: number }): DriftChecker;
  /** Compares, to the end. */
  compare(carrier?: ListingCarrier): Promise<DriftRun>;
  /** What stands, in words. */
  standing(): Promise<readonly string[]>;
  buyAs(accountId: string, e164: string, carrierNumberId: string): Promise<string>;
}

export async function rig(): Promise<Rig> {
  const made = await holding();
  const { context, database, commands } = made;
  const [findings, runs, carrier] = [context.get(DriftFindings), context.get(DriftRuns), new ListingTeller()];
  const checker: Rig['checker'] = ({ everyMs = 0, carrier: other = carrier, restMs = 0 } = {}) =>
    new DriftChecker(database, other, runs, findings, made.holders, context.get(Beliefs), async () => ({ waitMs: 0, intervalMs: restMs }), { everyMs, backOff: { firstMs: 1, longestMs: 1 } });
  return {
    ...made, carrier, findings, runs, checker,
    async compare(other = carrier) {
      const { runId } = await runs.ask(other.name, 'olga');
      const comparing = checker({ carrier: other });
      for (;;) {
        await comparing.round();
        const run = (await runs.list({ limit: 100 })).find((one) => one.runId === runId)!;
        if (run.endedAt !== null) return run;
      }
    },
    async standing() {
      const rows = await findings.list({ status: 'open' }, { limit: 1_000 });
      return rows.map(({ finding, kind, accountId, subject, atCarrier }) => [finding, kind, ...(accountId === null ? [atCarrier] : [accountId, subject])].join(' ')).sort();
    },
    buyAs: async (accountId, e164, carrierNumberId) => (await commands.execute(new BuyNumber(accountId, byPlatform, e164, 'purchased', carrierNumberId))).numberId,
  };
}
