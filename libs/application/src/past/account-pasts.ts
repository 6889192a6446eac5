// An account as it was: what had happened by an instant, as far as it had been written by another, brought up to that instant by the rules that bring the present up to date.
import { Inject, Injectable } from '@nestjs/common';
import { Clock, Deadlines } from '#deadlines';
import { bringUpToDate, endingPlans, noMembership, undoneBy, type Facts, type Membership, type MembershipEvent, type PlanKind, type PolicyInForce, type Unsent } from '#domain';
import { EventStore, isOfPast, type Past } from '#event-store';
import { eventsOfType, notFound, refuse, Refused, type Instant, type Metadata, type RecordedEvent } from '#kernel';
import { slice } from '#running';
import { beginning, deadlinesThen, follow, type DeadlineRow, type Followed } from '#read-models';
import { Memberships, type Account } from '../memberships.js';
import { chunkMost } from '../pages/limits.js';
import { POLICY } from '../policy/in-force.js';
import { onTime } from '../write-path/decided.js';
import { purged } from '../write-path/write-path.js';
import { merged, recordedAs } from './following.js';

/** Both absent: the present. One of them absent: it is the present there. */
export interface PastAsked {
  readonly asOf?: Instant | undefined;
  readonly knownAt?: Instant | undefined;
}

export const isAskedFor = ({ asOf, knownAt }: PastAsked): boolean => asOf !== undefined || knownAt !== undefined;

/** An account at one instant, be it the present one, with its deadlines as they stood. */
export interface AccountThen extends Account {
  readonly deadlines: () => Promise<readonly DeadlineRow[]>;
}

@Injectable()
export class AccountPasts {
  constructor(
    private readonly memberships: Memberships,
    private readonly store: EventStore<MembershipEvent>,
    private readonly deadlines: Deadlines,
    private readonly clock: Clock,
    @Inject(POLICY) private readonly policy: PolicyInForce,
  ) {}

  /**
   * Throws `Refused`: `invalid_request` for an instant that is still to come, `not_found` for an account that was not there yet, and `account_purged` wherever the present does, and for a
   * past that a purge has taken since.
   */
  async read(accountId: string, asked: PastAsked, metadata: Metadata): Promise<AccountThen> {
    const account = await this.memberships.readWritten(accountId, metadata);
    if (!isAskedFor(asked)) return { ...account, deadlines: () => this.deadlines.forAccount(accountId) };
    return this.ofPast(account, await this.pastOf(asked, account), metadata);
  }

  private async pastOf({ asOf, knownAt }: PastAsked, { now }: Account): Promise<Past> {
    const present: Past = { asOf: now, knownAt: await this.clock.now(null) };
    const ahead = [
      ...(asOf !== undefined && asOf > now ? [{ pointer: '/query/asOf', message: `must not be later than ${now}, which is now for the account` }] : []),
      ...(knownAt !== undefined && knownAt > present.knownAt ? [{ pointer: '/query/knownAt', message: `must not be later than ${present.knownAt}, which is now` }] : []),
    ];
    if (ahead.length > 0) throw new Refused(refuse('invalid_request', { errors: ahead }));
    return { asOf: asOf ?? present.asOf, knownAt: knownAt ?? present.knownAt };
  }

  private async ofPast(account: Account, past: Past, metadata: Metadata): Promise<AccountThen> {
    const { accountId } = account.state;
    const purges = await account.events({ types: ['DataPurged'] });
    const taken = purges.find((event) => !isOfPast(event, past));
    if (taken) throw purged(taken.effectiveAt);
    const { followed: written, version } = await this.written(accountId, past);
    if (!written.state.terms) throw new Refused(notFound('account'));
    const following = await this.following(account, written.state, version, past, metadata);
    const followed = follow(written, following);
    const { state } = followed;
    if (state.purge) throw purged(state.purge.purgedAt ?? state.purge.since);
    return {
      state,
      now: past.asOf,
      events: async (wanted = {}) => merged(await this.store.load(accountId, { ...wanted, past, toVersion: Math.min(version, wanted.toVersion ?? version) }), following, wanted),
      deadlines: async () => deadlinesThen(followed),
    };
  }

  /** As the log had it, and the version of its last event. */
  private async written(accountId: string, past: Past): Promise<{ readonly followed: Followed; readonly version: number }> {
    let [followed, version] = [beginning(noMembership(accountId)), 0];
    for (;;) {
      const events = await this.store.load(accountId, { past, fromVersion: version + 1, limit: chunkMost });
      // Whoever asks for many pasts at once folds one at a time.
      await slice();
      followed = follow(followed, events);
      version = events.at(-1)?.version ?? version;
      if (events.length < chunkMost) return { followed, version };
    }
  }

  /** What was due by then and is not written in that past; nothing, while another system had the account: what followed there is told by that one. */
  private async following(account: Account, state: Membership, version: number, { asOf, knownAt }: Past, metadata: Metadata): Promise<readonly RecordedEvent<MembershipEvent>[]> {
    const { imported } = account.state;
    if (imported && asOf < imported.at) return [];
    const clockInDoubt = await this.clock.inDoubt(state.terms?.testClockId ?? null);
    const { steps } = bringUpToDate(state, asOf, { policy: this.policy, unsent: await unsentOf(account, state, asOf), clockInDoubt });
    const happened = steps.flatMap(({ deadline, events }) => events.map((event) => ({ event, by: onTime(metadata, deadline, undefined) })));
    const undone = undoneBy(state, happened.map(({ event }) => event));
    return happened.map(({ event, by }, index) =>
      recordedAs(event, { accountId: state.accountId, version: version + index + 1, recordedAt: knownAt, metadata: { ...by, ...(undone[index]!.length > 0 && { undone: undone[index]! }) } }));
  }
}

/** What of the messages was unsent when plans ended: as it was credited since. Of an end that never came nobody knows; nothing counts as credited. */
async function unsentOf({ events }: Account, state: Membership, asOf: Instant): Promise<Facts['unsent']> {
  const ending = endingPlans(state, asOf);
  const credited = ending.length === 0 ? [] : eventsOfType(await events({ types: ['UnsentMessagesCredited'] }), 'UnsentMessagesCredited');
  const unsent: Partial<Record<PlanKind, Unsent>> = {};
  for (const { subscriptionId, term } of ending) {
    const credit = credited.find(({ data }) => data.subscriptionId === subscriptionId)?.data;
    if (credit) unsent[term.kind] = { sms: { count: credit.sms.count, amount: credit.sms.amount.amount }, rvm: { count: credit.rvm.count, amount: credit.rvm.amount.amount } };
  }
  return unsent;
}
