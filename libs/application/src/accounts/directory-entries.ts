// What the directory is told of accounts when something has happened to them: nothing, unless they are found otherwise from now on.
import type { Entry } from '#directory';
import type { Membership, MembershipEvent } from '#domain';
import { searchKeysOf, type SearchKeys } from '#read-models';

interface Change {
  readonly present: { readonly state: Membership; readonly rowsWritten: boolean };
  readonly state: Membership;
  readonly happened: readonly MembershipEvent[];
}

/** What stands is said again once by each process, as rows of deadlines are; an address only when it is told, since no state holds one. */
export const entriesOf = (changes: readonly Change[]): readonly Entry[] =>
  changes.flatMap(({ present, state, happened }) => {
    if (!state.terms) return [];
    const [keys, email] = [searchKeysOf(state), emailTold(happened)];
    return email === null && present.rowsWritten && isSame(keys, searchKeysOf(present.state)) ? [] : [{ accountId: state.accountId, email, ...keys }];
  });

/** `null`: none was told. */
const emailTold = (happened: readonly MembershipEvent[]): string | null =>
  happened.flatMap(({ type, data }) => (type === 'AccountOpened' || type === 'AccountChanged' ? (data.email ?? []) : [])).at(-1) ?? null;

const isSame = (a: SearchKeys, b: SearchKeys): boolean =>
  a.standing === b.standing && a.plans.length === b.plans.length && a.plans.every(({ planId, endsAt }, index) => planId === b.plans[index]!.planId && endsAt === b.plans[index]!.endsAt);
