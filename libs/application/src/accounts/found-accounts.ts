// Finds accounts by what an operator knows of them: the directory says which may be meant, and each is looked at as it is now.
import { Inject, Injectable } from '@nestjs/common';
import { emailForm } from '#addresses';
import { lockFree } from '#deadlines';
import { Directory, type FoundPlace } from '#directory';
import { languageFor, planNamesIn, type MembershipEvent, type PolicyInForce, type Standing } from '#domain';
import { EventStore } from '#event-store';
import { Holders } from '#holders';
import type { Instant } from '#kernel';
import { Database } from '#postgres';
import { fits, foundAccountView, searchKeysOf, type FoundAccountView } from '#read-models';
import { Memberships } from '../memberships.js';
import { accountsShown } from '../pages/who.js';
import { POLICY } from '../policy/in-force.js';

export interface AccountsWanted {
  readonly email?: string | undefined;
  readonly e164?: string | undefined;
  readonly standing?: Standing | undefined;
  readonly planId?: string | undefined;
  /** Whose plan ends before that instant: the plan of `planId`, where one is wanted. */
  readonly endsBefore?: Instant | undefined;
}

/** Where the end of a plan is wanted they come in the order of ends, else in that of their ids. What names one account, or nearly, needs no order. */
export const inOrderOfEnds = ({ email, e164, endsBefore }: AccountsWanted): boolean => endsBefore !== undefined && email === undefined && e164 === undefined;

export interface FoundAccount {
  readonly place: FoundPlace;
  /** `null`: by now it is none of those that are wanted. */
  readonly account: FoundAccountView | null;
}

/** Of one transaction that lists accounts from before the directory. */
const listedAtOnce = 100;

@Injectable()
export class FoundAccounts {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly holders: Holders,
    private readonly store: EventStore<MembershipEvent>,
    private readonly memberships: Memberships,
    @Inject(POLICY) private readonly policy: PolicyInForce,
  ) {}

  /** The next `limit` behind a place. Of whom a purge has begun, or is due, nobody is found by an address or a number. */
  async find({ e164, ...wanted }: AccountsWanted, { after, limit }: { readonly after?: FoundPlace | undefined; readonly limit: number }): Promise<readonly FoundAccount[]> {
    const holder = e164 === undefined ? undefined : await this.holders.ofNumber(e164);
    if (holder !== undefined && !holder?.stands) return [];
    const places = await this.directory.find({ ...wanted, accountId: holder?.accountId }, { after, limit });
    const accounts = await this.memberships.readAll(places.map(({ accountId }) => accountId));
    const isMeant = accounts.filter(({ state }) => fits(searchKeysOf(state), wanted) && !(state.purge && (e164 !== undefined || wanted.email !== undefined)));
    const shown = await accountsShown(this.store, isMeant);
    const found = new Map(isMeant.map(({ state }, index) => [state.accountId, foundAccountView(state, shown[index]!, planNamesIn(this.policy, languageFor(this.policy, state)))]));
    const hasAddress = ({ email }: FoundAccountView): boolean => wanted.email === undefined || (email !== null && emailForm(email) === emailForm(wanted.email));
    return places.map((place) => {
      const account = found.get(place.accountId);
      return { place, account: account && hasAddress(account) ? account : null };
    });
  }

  /**
   * Lists the next of the accounts that were there before the directory was. `busy`: somebody else is at it, or is changing the next of them. Whoever changes one meanwhile
   * lists it himself.
   */
  async listEarlier(): Promise<'listed' | 'busy' | 'done'> {
    return this.database.transaction(async () => {
      const listed = await this.directory.listed();
      if (listed === null) return 'busy';
      if (listed.done) return 'done';
      const next = await this.store.accountsAfter(listed.until, listedAtOnce);
      const free = await lockFree(this.database, next);
      const taken = next.findIndex((accountId) => !free.has(accountId));
      const ours = taken < 0 ? next : next.slice(0, taken);
      if (ours.length === 0 && next.length > 0) return 'busy';
      const accounts = await this.memberships.readAll(ours);
      const shown = await accountsShown(this.store, accounts);
      await this.directory.put(accounts.map(({ state }, index) => ({ accountId: state.accountId, email: state.purge?.purgedAt === null ? null : shown[index]!.email, ...searchKeysOf(state) })));
      await this.directory.listedUntil(next.at(-1) === undefined ? null : ours.at(-1)!);
      return 'listed';
    });
  }
}
