// By what accounts are found, broken one at a time.
//
// 2026-11-27: all here were carried out and are noticed, none survives.
export const folder = 'libs/directory/src';
export const witnesses = { tests: ['test/directory'] };
/** The tests need PostgreSQL. */
export const servers = true;

const finding = '../../application/src/accounts/found-accounts.ts';
const entries = '../../application/src/accounts/directory-entries.ts';
const keys = '../../read-models/src/found-accounts/keys.ts';

export const mutants = [
  ['the purge leaves the hash', 'directory.ts', "SET email_hash = NULL WHERE ${ofAccount('$1')}", "SET email_hash = NULL WHERE ${ofAccount('$1')} AND account_id IS NULL"],
  ['who is being purged is found by an address', finding, '&& !(state.purge && (e164 !== undefined || wanted.email !== undefined))', ''],
  ['a name is shown after the year', '../../read-models/src/found-accounts/view.ts', 'name: state.purge ? null : name', 'name'],
  ['a new address does not count', entries, "type === 'AccountOpened' || type === 'AccountChanged'", "type === 'AccountOpened'"],
  ['the old address is found', 'directory.ts', 'email_hash = coalesce(excluded.email_hash, listed.email_hash)\n', 'email_hash = coalesce(listed.email_hash, excluded.email_hash)\n'],
  ['any other change takes the address out', 'directory.ts', 'email_hash = coalesce(excluded.email_hash, listed.email_hash)\n', 'email_hash = excluded.email_hash\n'],
  ['an address is found as it was written', 'directory.ts', 'hash(`directory ${emailForm(email)}`)', 'hash(`directory ${email}`)'],
  ['a standing that has changed is not written', entries, 'email === null && present.rowsWritten && isSame(keys, searchKeysOf(present.state))', 'email === null && present.rowsWritten'],
  ['a plan that is gone stays', 'directory.ts', "WHERE ${ofAccounts('$1', 'listed')} AND (listed.account_id", "WHERE false AND ${ofAccounts('$1', 'listed')} AND (listed.account_id"],
  ['a cancellation that was taken back ends', 'directory.ts', 'SET standing = excluded.standing, ends_at = excluded.ends_at', 'SET standing = excluded.standing, ends_at = coalesce(excluded.ends_at, listed.ends_at)'],
  ['an account comes once for each of its plans', 'directory.ts', 'if (planId === undefined) {', "if (planId === '') {"],
  ['accounts come in the order of their ids where ends are asked for', 'directory.ts', "['p.ends_at, p.account_id', 'p.ends_at']", "['p.account_id', 'p.ends_at']"],
  ['plan and end are of different plans', keys, '(wanted.planId ?? planId) === planId && (wanted.endsBefore', '(wanted.planId ?? planId) === planId || (wanted.endsBefore'],
  ['who is late is found as it was written', finding, 'fits(searchKeysOf(state), wanted) && ', ''],
  ['what has ended is not found by its plan', keys, 'lapse ? subscriptions.filter(({ endedAt }) => endedAt === lapse.at) : openSubscriptions(state)', 'openSubscriptions(state)'],
  ['what renews ends', keys, 'isPending(one) ? one.period.end : null', 'one.period.end'],
  ['a number that was let go of finds its former account', finding, 'if (holder !== undefined && !holder?.stands) return [];', 'if (holder === null) return [];'],
  ['earlier accounts are listed without waiting for who changes them', finding, 'const ours = taken < 0 ? next : next.slice(0, taken);', 'const ours = taken < 0 ? next : next.slice(0);'],
  ['earlier accounts are listed again for ever', 'directory.ts', 'done = $2::text IS NULL', 'done = $2::text IS NULL AND false'],
  ['two list earlier accounts at once', 'directory.ts', 'WHERE keys_version = $1 FOR UPDATE SKIP LOCKED', 'WHERE keys_version = $1'],
  ['addresses of earlier accounts are not listed', finding, 'email: state.purge?.purgedAt === null ? null : shown[index]!.email', 'email: null'],
];
