// The steps of a purge. Each is idempotent: a worker that is killed in the middle of one is followed by another that takes it again.
import type { Deadlines } from '#deadlines';
import type { Effects } from '#effects';
import type { EventStore } from '#event-store';
import type { PersonalData } from '#personal-data';
import type { Emptying } from './emptying.js';
import type { PurgeGuard } from './guard.js';
import type { PurgeLedger } from './ledger.js';
import { type ClaimedPurge, type PurgeCommands, type PurgeProof, purgeSteps, type PurgeStep } from './purge.js';
import type { Purges } from './purges.js';
import { plus } from './data-store.js';
import { markersOf } from './traces.js';
import type { Jobs, TraceSearch } from './verification.js';

/** `again`: something came in meanwhile, the stores are emptied once more, after a while. `waiting`: not our turn. */
export type StepEnd = 'next' | 'again' | 'waiting' | 'done';

/** Something of the person is still there, and an operator has to look. */
export class StillReadable extends Error {
  override name = 'StillReadable';

  constructor(readonly places: readonly string[]) {
    super(`something of the person was found in ${places.join(', ')}`);
  }
}

/** How often the stores are emptied before an operator has to look. */
const roundsMost = 5;
/** How often a table may take too long before an operator has to look. */
const slowMost = 3;

export interface PurgeParts {
  readonly purges: Purges;
  readonly emptying: Emptying;
  readonly verification: TraceSearch;
  readonly personalData: PersonalData;
  readonly eventStore: EventStore;
  readonly deadlines: Deadlines;
  readonly effects: Effects;
  readonly jobs: Jobs | null;
  readonly guard: PurgeGuard;
  readonly ledger: PurgeLedger;
  readonly commands: PurgeCommands;
}

export class PurgeStepping {
  constructor(private readonly parts: PurgeParts) {}

  run(purge: ClaimedPurge, stopping: AbortSignal): Promise<StepEnd> {
    return this.steps[purge.step](purge, stopping);
  }

  private readonly steps: Readonly<Record<PurgeStep, (purge: ClaimedPurge, stopping: AbortSignal) => Promise<StepEnd>>> = {
    ledger: async (purge) => {
      await this.parts.ledger.write({ ...purge, purgedAt: null });
      return this.advancing(purge);
    },

    markers: async (purge) => {
      const { purges, personalData, commands } = this.parts;
      const markers = markersOf(await commands.markers(purge.accountId), purge.accountId);
      return this.advancing(purge, async () => {
        const key = await personalData.sealingKey(markerHolder(purge));
        await purges.keepMarkers(purge, personalData.seal(key, { markers }, purge.purgeId));
      });
    },

    releases: async (purge) => ((await this.awaitsReleases(purge)) || (await this.awaitsWord(purge)) ? 'waiting' : this.advancing(purge)),

    exceptions: async (purge) =>
      this.advancing(purge, async () => {
        await this.parts.purges.keepExceptions(purge, await this.parts.commands.outlive(purge));
        // Whose a number is goes with the stores: until a carrier that is being asked has answered, nobody else may have it.
        return (await this.parts.effects.close(purge.accountId)) ? undefined : 'waiting';
      }),

    stores: async (purge, stopping) => {
      await this.parts.emptying.run(purge, stopping);
      return this.advancing(purge);
    },

    traces: async (purge) =>
      this.advancing(purge, async () => {
        await this.parts.effects.forget(purge.accountId);
        await this.parts.deadlines.forget(purge.accountId);
        await this.parts.eventStore.snapshots.forget(purge.accountId);
      }),

    queue: async (purge) => {
      await this.parts.jobs?.removeEnded(await this.parts.deadlines.idsOf(purge.accountId));
      return this.advancing(purge);
    },

    key: async (purge) =>
      this.advancing(purge, async () => {
        await this.parts.personalData.forget(purge.accountId);
        await this.parts.eventStore.eraseSealed(purge.accountId);
      }),

    verification: (purge) => this.verify(purge),
  };

  /** What is not answered by the end of the wait is given up for good: a clock that has jumped does not say that the wait is over. */
  private async awaitsReleases(purge: ClaimedPurge): Promise<boolean> {
    if (!(await this.parts.commands.awaitsReleases(purge))) return false;
    return !purge.waitedLong;
  }

  /** What could not be sent within the time stays unsent: nobody's data waits for a mail server. */
  private async awaitsWord(purge: ClaimedPurge): Promise<boolean> {
    return !purge.waitedForWord && this.parts.commands.awaitsWord(purge);
  }

  /** The step's writes and the next step in one commit; or the same step again, where its work says that it waits. */
  private async advancing(purge: ClaimedPurge, work: () => Promise<'waiting' | void> = async () => undefined): Promise<'next' | 'waiting'> {
    return this.parts.purges.fenced(purge, async () => {
      if ((await work()) === 'waiting') return 'waiting';
      await this.parts.purges.advance(purge, purgeSteps[purgeSteps.indexOf(purge.step) + 1]!);
      return 'next';
    });
  }

  private async verify(purge: ClaimedPurge): Promise<StepEnd> {
    const { purges, emptying, verification, personalData, eventStore, ledger, commands } = this.parts;
    const { accountId, purgeId } = purge;
    const holding = await emptying.holding(accountId);
    if (holding.length > 0) return this.startAgain(purge, holding);
    if ((await personalData.liveKey(accountId)) || (await eventStore.sealedEvents(accountId)) > 0) throw new StillReadable(['the sealed fields of the log']);

    const holder = await personalData.liveKey(markerHolder(purge));
    const markers = (personalData.unseal(holder, purge.markers, purgeId)?.['markers'] ?? []) as readonly string[];
    const { tables, jobs, unsearched, ...found } = await verification.search(accountId, markers);
    // What was slow for once is fast the next time.
    if (unsearched.length > 0 && purge.attempts < slowMost) throw new Error(`looked in vain: ${unsearched.join(', ')}`);
    const places = [...found.places, ...unsearched];
    if (places.some((place) => !purge.placesAccepted.includes(place))) throw new StillReadable(places);

    const stores = await emptying.emptied(purge);
    const accepted = places.length === 0 ? [] : [{ kind: 'findings', records: places.length, reason: acceptedBecause, expiresAt: null }];
    const proof: PurgeProof = {
      counts: stores.reduce((sum, { counts }) => plus(sum, counts), {}),
      stores,
      verification: { tables, markers: markers.length, jobs, findings: places.length },
      exceptions: [...(purge.exceptions ?? []), ...accepted],
    };
    // Before it is told, so that no date is told which a restored database would not find.
    const { purgedAt } = await ledger.write({ ...purge, purgedAt: await commands.now(accountId) });
    await purges.fenced(purge, async () => {
      await personalData.forget(markerHolder(purge));
      await purges.tellFindings(purge, places);
      await purges.finish(purge);
      await commands.conclude(purge, proof, purgedAt!);
    });
    return 'done';
  }

  private async startAgain(purge: ClaimedPurge, holding: readonly string[]): Promise<'again'> {
    if (purge.rounds + 1 >= roundsMost) throw new StillReadable(holding);
    await this.parts.purges.fenced(purge, () => this.parts.purges.beginRound(purge));
    return 'again';
  }
}

/** The certificate is the customer's to read; the operator's own words stand with the purge. */
const acceptedBecause = 'Found by the verification, looked at by an operator, and left where it was.';

/** Whose key seals the markers: no account, the purge itself. It holds a character that no account's id has. */
const markerHolder = ({ purgeId }: ClaimedPurge): string => `purge ${purgeId}`;
