-- Distributes the tables of an empty, migrated database over the nodes of a Citus cluster. Made from test/statements/placements.ts; a test holds the two together.

-- Small, seldom written, and joined with what is distributed: a copy on each node.
SELECT create_reference_table('sunset.clock_stops');
SELECT create_reference_table('sunset.clock_watch');
SELECT create_reference_table('sunset.effect_pauses');
SELECT create_reference_table('sunset.layout');
SELECT create_reference_table('sunset.test_clocks');

-- By shard: an account, its rows and its positions of the log lie on one node.
SELECT create_distributed_table('sunset.events', 'shard');
SELECT create_distributed_table('sunset.account_keys', 'shard', colocate_with => 'sunset.events');
SELECT create_distributed_table('sunset.audit_findings', 'shard', colocate_with => 'sunset.events');
SELECT create_distributed_table('sunset.cancellations', 'shard', colocate_with => 'sunset.events');
SELECT create_distributed_table('sunset.data_access', 'shard', colocate_with => 'sunset.events');
SELECT create_distributed_table('sunset.deadlines', 'shard', colocate_with => 'sunset.events');
SELECT create_distributed_table('sunset.directory_accounts', 'shard', colocate_with => 'sunset.events');
SELECT create_distributed_table('sunset.directory_plans', 'shard', colocate_with => 'sunset.events');
SELECT create_distributed_table('sunset.effect_attempts', 'shard', colocate_with => 'sunset.events');
SELECT create_distributed_table('sunset.effects', 'shard', colocate_with => 'sunset.events');
SELECT create_distributed_table('sunset.kept_evidence', 'shard', colocate_with => 'sunset.events');
SELECT create_distributed_table('sunset.ledger_lines', 'shard', colocate_with => 'sunset.events');
SELECT create_distributed_table('sunset.memberships', 'shard', colocate_with => 'sunset.events');
SELECT create_distributed_table('sunset.purge_stores', 'shard', colocate_with => 'sunset.events');
SELECT create_distributed_table('sunset.purges', 'shard', colocate_with => 'sunset.events');
SELECT create_distributed_table('sunset.purges_waiting', 'shard', colocate_with => 'sunset.events');
SELECT create_distributed_table('sunset.retained_data', 'shard', colocate_with => 'sunset.events');
SELECT create_distributed_table('sunset.sandbox_mails', 'shard', colocate_with => 'sunset.events');
SELECT create_distributed_table('sunset.scheduled_messages', 'shard', colocate_with => 'sunset.events');
SELECT create_distributed_table('sunset.snapshots', 'shard', colocate_with => 'sunset.events');

-- Where the events of a shard lie they are appended to: the lock, the last position and the insert are of one node.
SELECT create_distributed_function('sunset.append_events(smallint, text[], integer[], jsonb)', '$1', colocate_with => 'sunset.events');

-- What stays on the coordinator, and why:
-- public.migrations: which migrations were made
-- sunset.act_targets: they belong to an act, whose entries are of many accounts
-- sunset.acts: what operators do to many accounts at once
-- sunset.asked_acts: acts of staff, named by their ids, whomever they concern
-- sunset.audit_walk: how far one walk over all accounts has come
-- sunset.carrier_budgets: what a carrier may be asked is one number for all accounts, locked by whoever takes effects up
-- sunset.carrier_callbacks: the hash of what a carrier has signed: the key is asked for before an account is known, or must be one for all accounts
-- sunset.carrier_drift_findings: what a carrier says of things that may be several accounts', or nobody's
-- sunset.carrier_drift_listed: what a carrier lists of its account, whosever it is here; gone with the end of a run
-- sunset.carrier_drift_runs: one run for each carrier, over all accounts
-- sunset.directory_listing: how far one walk over all accounts has come
-- sunset.former_holders: the hash of what a carrier has given up says whose it was: the key is asked for before an account is known, or must be one for all accounts
-- sunset.holders: a number is one account's at a time, and its hash says whose: the key is asked for before an account is known, or must be one for all accounts
-- sunset.idempotency_keys: the hash of a caller and his key: the key is asked for before an account is known, or must be one for all accounts
-- sunset.import_claims: lines of a file, before they are accounts; gone when the import is over
-- sunset.import_held: lines of a file, before they are accounts; gone when the import is over
-- sunset.import_lines: lines of a file, before they are accounts; gone when the import is over
-- sunset.import_problems: lines of a file, before they are accounts; gone when the import is over
-- sunset.imported_accounts: the hash of the id in another system: the key is asked for before an account is known, or must be one for all accounts
-- sunset.imports: lines of a file, before they are accounts; gone when the import is over
-- sunset.lookup_secret: one row
-- sunset.opt_outs: the hash of an address that wants no more, whoever asks; it outlives the account: the key is asked for before an account is known, or must be one for all accounts
-- sunset.page_sessions: the hash of a link or a session, which carries no account: the key is asked for before an account is known, or must be one for all accounts
-- sunset.policies: a few rows, read at the start
-- sunset.processes: a row for each process
-- sunset.projections: how far a follower has come: a row for each shard, read and locked together
-- sunset.purge_ledger: one row
-- sunset.sandbox_carrier_faults: the sandbox's own, which is not distributed
-- sunset.sandbox_carrier_releases: the sandbox's own, which is not distributed
-- sunset.sandbox_carrier_requests: the sandbox's own, which is not distributed
-- sunset.sandbox_faults: the sandbox's own, which is not distributed
-- sunset.staff_reads: one chain of hashes over everything that staff read, whosever it was
-- sunset.webhook_deliveries: it belongs to an endpoint, whose deliveries follow all accounts in one order
-- sunset.webhook_endpoints: it belongs to an endpoint, whose deliveries follow all accounts in one order
-- sunset.webhook_positions: how far a follower has come: a row for each shard, read and locked together
-- sunset.webhook_secrets: it belongs to an endpoint, whose deliveries follow all accounts in one order
