// What a policy would change, before it is in force: whose cancellations are open, which of their dates it would have promised otherwise, and what of a promise it would break.
import { Injectable } from '@nestjs/common';
import { Directory, type FoundPlace } from '#directory';
import {
  isPending, lossKinds, openSubscriptions, planById, underOtherPeriods, wouldBillAfterEnd, type LossKind, type Membership, type PolicyInForce, type PromisedBeside,
} from '#domain';
import { instant, type Instant } from '#kernel';
import { differences, Policies, type PolicyFile } from '#policies';
import { Database } from '#postgres';
import { searchKeysOf } from '#read-models';
import { type Account, Memberships } from '../memberships.js';

/** What an account was promised, and the policy does not keep. */
export type Broken = { readonly accountId: string } & (
  | ({ readonly what: 'nearer' } & PromisedBeside)
  | { readonly what: 'numbers-billed' }
  | { readonly what: 'plan-gone'; readonly planId: string; readonly scheduled: boolean }
);

export interface BlastRadius {
  readonly before: PolicyInForce;
  /** Cancellations that are pending, and ends of last plans from which something is still to come. */
  readonly open: { readonly pending: number; readonly ended: number };
  /** Of the dates that were promised with these: how many the policy would have promised nearer, the same or later. They stay as they were promised. */
  readonly dates: Readonly<Record<LossKind, Readonly<Record<'nearer' | 'same' | 'later', number>>>>;
  /** What it changes from then on. */
  readonly changes: readonly string[];
  /** What it says otherwise under the same name than a policy that was in force. */
  readonly contradictions: readonly string[];
  readonly broken: readonly Broken[];
  /** What would be broken, but for the file's own word that what was promised stays. */
  readonly kept: number;
}

/** Accounts read at once. */
const pageSize = 200;

const never = instant('9999-12-31T23:59:59.999Z');

@Injectable()
export class BlastRadii {
  private readonly policies: Policies;

  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly memberships: Memberships,
  ) {
    this.policies = new Policies(database);
  }

  /** Reads every account with an open cancellation, at its own time; those with a plan that the file leaves out as well. */
  async of({ policy, openCancellations }: PolicyFile): Promise<BlastRadius> {
    await this.mustKnowAll();
    const open = { pending: 0, ended: 0 };
    const dates = Object.fromEntries(lossKinds.map((kind) => [kind, { nearer: 0, same: 0, later: 0 }])) as Record<LossKind, Record<'nearer' | 'same' | 'later', number>>;
    const broken: Broken[] = [];
    for await (const { state } of this.cancelled()) {
      const { accountId } = state;
      const promises = underOtherPeriods(state, policy.periods);
      open.pending += openSubscriptions(state).filter(isPending).length;
      if (state.lapse && promises.length > 0) open.ended += 1;
      for (const one of promises) {
        const moves = one.would < one.promised ? 'nearer' : one.would > one.promised ? 'later' : 'same';
        dates[one.kind][moves] += 1;
        if (moves === 'nearer') broken.push({ accountId, what: 'nearer', ...one });
      }
      if (wouldBillAfterEnd(state, policy.periods)) broken.push({ accountId, what: 'numbers-billed' });
    }
    const keeps = openCancellations === 'as-promised';
    const before = await this.policies.latest();
    return {
      before,
      open,
      dates,
      changes: differences(policy, before),
      contradictions: await this.policies.contradictionsOf(policy),
      broken: [...(keeps ? [] : broken), ...(await this.withoutTheirPlan(policy))],
      kept: keeps ? broken.length : 0,
    };
  }

  private async mustKnowAll(): Promise<void> {
    const listed = await this.database.transaction(() => this.directory.listed());
    if (!listed?.done) throw new Error('the accounts from before this release are not all listed yet: the worker lists them, so start one, and look again in a few minutes');
  }

  /** Each once, though one may move from one list to another meanwhile. */
  private async *cancelled(): AsyncGenerator<Account> {
    const seen = new Set<string>();
    for (const wanted of [{ standing: 'active', endsBefore: never }, { standing: 'cancelling' }, { standing: 'lapsed' }] as const) {
      for await (const account of this.listed(wanted)) {
        if (!seen.has(account.state.accountId)) yield account;
        seen.add(account.state.accountId);
      }
    }
  }

  private async *listed(wanted: { readonly standing?: 'active' | 'cancelling' | 'lapsed'; readonly planId?: string; readonly endsBefore?: Instant }): AsyncGenerator<Account> {
    let after: FoundPlace | undefined;
    do {
      const places = await this.directory.find(wanted, { after, limit: pageSize });
      yield* await this.memberships.readAll(places.map(({ accountId }) => accountId));
      after = places.at(-1);
    } while (after);
  }

  /** Who has a plan that the file leaves out, or has scheduled a change to it. */
  private async withoutTheirPlan(policy: PolicyInForce): Promise<readonly Broken[]> {
    const known = (await this.policies.known()).flatMap(({ plans }) => plans);
    const gone = new Set(known.map(({ planId }) => planId).filter((planId) => !planById(policy, planId)));
    const kinds = new Set(known.filter(({ planId }) => gone.has(planId)).map(({ kind }) => kind));
    const broken: Broken[] = [];
    for (const planId of new Set(known.filter(({ kind }) => kinds.has(kind)).map((plan) => plan.planId))) {
      for await (const { state } of this.listed({ planId })) {
        if (gone.has(planId) && searchKeysOf(state).plans.some((one) => one.planId === planId)) broken.push({ accountId: state.accountId, what: 'plan-gone', planId, scheduled: false });
        broken.push(...scheduledFrom(state, planId, gone));
      }
    }
    return broken;
  }
}

function scheduledFrom(state: Membership, from: string, gone: ReadonlySet<string>): readonly Broken[] {
  const changes = openSubscriptions(state).flatMap(({ term, nextPlanId }) => (term.planId === from && nextPlanId !== null && gone.has(nextPlanId) ? [nextPlanId] : []));
  return changes.map((planId) => ({ accountId: state.accountId, what: 'plan-gone', planId, scheduled: true }));
}
