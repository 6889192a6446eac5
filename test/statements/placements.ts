// Where every table lies on a distributed engine. The audit, the test of the keys and docker/citus go by this list; a table that is not in it fails them.

/**
 * - `account`: with its account, by the account's shard. Every key holds both, every statement names both.
 * - `reference`: a copy on each node: small, seldom written, and joined with what lies by account.
 * - `local`: on one node, for the reason given: it is keyed across accounts, or belongs to none.
 */
export type Placement = 'account' | 'reference' | { readonly local: string };

const byHash = (what: string): Placement => ({ local: `${what}: the key is asked for before an account is known, or must be one for all accounts` });
const sandbox: Placement = { local: 'the sandbox\'s own, which is not distributed' };
const ofImports: Placement = { local: 'lines of a file, before they are accounts; gone when the import is over' };
const ofFollowers: Placement = { local: 'how far a follower has come: a row for each shard, read and locked together' };
const ofWebhooks: Placement = { local: 'it belongs to an endpoint, whose deliveries follow all accounts in one order' };

export const placements: Readonly<Record<string, Placement>> = {
  'public.migrations': { local: 'which migrations were made' },
  'sunset.account_keys': 'account',
  'sunset.act_targets': { local: 'they belong to an act, whose entries are of many accounts' },
  'sunset.acts': { local: 'what operators do to many accounts at once' },
  'sunset.asked_acts': { local: 'acts of staff, named by their ids, whomever they concern' },
  'sunset.audit_findings': 'account',
  'sunset.audit_walk': { local: 'how far one walk over all accounts has come' },
  'sunset.cancellations': 'account',
  'sunset.carrier_budgets': { local: 'what a carrier may be asked is one number for all accounts, locked by whoever takes effects up' },
  'sunset.carrier_callbacks': byHash('the hash of what a carrier has signed'),
  'sunset.carrier_drift_findings': { local: 'what a carrier says of things that may be several accounts\', or nobody\'s' },
  'sunset.carrier_drift_listed': { local: 'what a carrier lists of its account, whosever it is here; gone with the end of a run' },
  'sunset.carrier_drift_runs': { local: 'one run for each carrier, over all accounts' },
  'sunset.clock_stops': 'reference',
  'sunset.clock_watch': 'reference',
  'sunset.data_access': 'account',
  'sunset.deadlines': 'account',
  'sunset.directory_accounts': 'account',
  'sunset.directory_listing': { local: 'how far one walk over all accounts has come' },
  'sunset.directory_plans': 'account',
  'sunset.effect_attempts': 'account',
  'sunset.effect_pauses': 'reference',
  'sunset.effects': 'account',
  'sunset.events': 'account',
  'sunset.former_holders': byHash('the hash of what a carrier has given up says whose it was'),
  'sunset.holders': byHash('a number is one account\'s at a time, and its hash says whose'),
  'sunset.idempotency_keys': byHash('the hash of a caller and his key'),
  'sunset.import_claims': ofImports,
  'sunset.import_held': ofImports,
  'sunset.import_lines': ofImports,
  'sunset.import_problems': ofImports,
  'sunset.imported_accounts': byHash('the hash of the id in another system'),
  'sunset.imports': ofImports,
  'sunset.kept_evidence': 'account',
  'sunset.layout': 'reference',
  'sunset.ledger_lines': 'account',
  'sunset.lookup_secret': { local: 'one row' },
  'sunset.memberships': 'account',
  'sunset.opt_outs': byHash('the hash of an address that wants no more, whoever asks; it outlives the account'),
  'sunset.page_sessions': byHash('the hash of a link or a session, which carries no account'),
  'sunset.policies': { local: 'a few rows, read at the start' },
  'sunset.processes': { local: 'a row for each process' },
  'sunset.projections': ofFollowers,
  'sunset.purge_ledger': { local: 'one row' },
  'sunset.purge_stores': 'account',
  'sunset.purges': 'account',
  'sunset.purges_waiting': 'account',
  'sunset.retained_data': 'account',
  'sunset.sandbox_carrier_faults': sandbox,
  'sunset.sandbox_carrier_releases': sandbox,
  'sunset.sandbox_carrier_requests': sandbox,
  'sunset.sandbox_faults': sandbox,
  'sunset.sandbox_mails': 'account',
  'sunset.scheduled_messages': 'account',
  'sunset.snapshots': 'account',
  'sunset.staff_reads': { local: 'one chain of hashes over everything that staff read, whosever it was' },
  'sunset.test_clocks': 'reference',
  'sunset.webhook_deliveries': ofWebhooks,
  'sunset.webhook_endpoints': ofWebhooks,
  'sunset.webhook_positions': ofFollowers,
  'sunset.webhook_secrets': ofWebhooks,
};

/** What is built beside a table, under a name made of its own, lies where the table does. */
export const placementOf = (table: string): Placement | undefined => placements[table.replace(/__\w+$/, '')];

/** Unique keys of tables that lie by account in which the account does not stand, and why. */
export const keysOfShards: Readonly<Record<string, string>> = {
  events_pkey: 'a position is a shard\'s: it is given under the lock of the shard, whosever the event is',
};
