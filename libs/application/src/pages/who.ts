// Who accounts are, and an account's registration, from the events that tell it.
import type { MembershipEvent } from '#domain';
import type { EventStore } from '#event-store';
import { grouped } from '#kernel';
import { accountView, tenDlcView, type AccountView, type TenDlcView } from '#read-models';
import { beginningOf } from '../life.js';
import type { Account } from '../memberships.js';
import { changesMost } from './limits.js';

/** From the last changes back, until everything is told or nothing more is. */
export async function accountShown(account: Account): Promise<AccountView> {
  const { state, events } = account;
  const opened = await events({ types: ['AccountOpened'] });
  const fromVersion = (await beginningOf(account)) + 1;
  const told = [...opened];
  for (let toVersion = Infinity; ; ) {
    const changes = await events({ types: ['AccountChanged'], order: 'newest-first', fromVersion, toVersion, limit: changesMost });
    told.splice(opened.length, 0, ...changes.toReversed());
    const isTold = (field: 'name' | 'email'): boolean => changes.some(({ type, data }) => type === 'AccountChanged' && data[field]);
    if (changes.length < changesMost || (isTold('name') && isTold('email'))) break;
    toVersion = changes.at(-1)!.version - 1;
  }
  return accountView(state, told);
}

/** Of many accounts in one statement, but for those that have changed so often that the last changes do not tell it. In the order given. */
export async function accountsShown(store: EventStore<MembershipEvent>, accounts: readonly Account[]): Promise<readonly AccountView[]> {
  const told = grouped(await store.newest(accounts.map(({ state }) => state.accountId), ['AccountOpened', 'AccountChanged'], changesMost), ({ accountId }) => accountId);
  return Promise.all(accounts.map(async (account) => {
    const events = told.get(account.state.accountId) ?? [];
    return events.filter(({ type }) => type === 'AccountChanged').length < changesMost ? accountView(account.state, events) : accountShown(account);
  }));
}

export async function tenDlcShown({ state, events }: Account): Promise<TenDlcView> {
  const { registrationId } = state.tenDlc;
  return tenDlcView(state, registrationId === null ? [] : await events({ subjects: [registrationId] }));
}
