// Who owns which table. SQL names its own tables and nobody else's; what has to join them uses a fragment that their owner exports.

/** By row of `mayImport`: its tables and views, and the functions it made in the database. */
export const ownsTables: Readonly<Record<string, readonly string[]>> = {
  'libs/postgres': ['sunset.layout', 'sunset.shard_of()', 'sunset.shards_of()'],
  'libs/running': ['bullmq.*'],
  'libs/personal-data': ['sunset.account_keys', 'sunset.lookup_secret'],
  'libs/event-store': ['sunset.events', 'sunset.snapshots', 'sunset.append_events()', 'sunset.refuse_event_change()', 'sunset.refuse_event_update()'],
  'libs/deadlines': ['sunset.deadlines', 'sunset.test_clocks', 'sunset.clock_watch', 'sunset.clock_stops'],
  'libs/processes': ['sunset.processes', 'sunset.sandbox_faults'],
  'libs/effects': [
    'sunset.effects', 'sunset.effect_attempts', 'sunset.effect_pauses', 'sunset.carrier_budgets',
    'sunset.sandbox_carrier_faults', 'sunset.sandbox_carrier_releases', 'sunset.sandbox_carrier_requests',
  ],
  'libs/mail': ['sunset.sandbox_mails'],
  'libs/purge': ['sunset.purges', 'sunset.purge_stores', 'sunset.purges_waiting', 'sunset.purge_ledger', 'sunset.kept_evidence'],
  // And the tables that it keeps for those who declare a projection, under the names that these give them.
  'libs/projections': ['sunset.projections', 'sunset.${…}'],
  'libs/retained-data': ['sunset.retained_data', 'sunset.data_access'],
  'libs/scheduled-messages': ['sunset.scheduled_messages'],
  'libs/kept-answers': ['sunset.idempotency_keys'],
  'libs/page-sessions': ['sunset.page_sessions'],
  'libs/opt-outs': ['sunset.opt_outs'],
  'libs/holders': ['sunset.holders', 'sunset.former_holders'],
  'libs/carrier-drift': ['sunset.carrier_drift_runs', 'sunset.carrier_drift_listed', 'sunset.carrier_drift_findings', 'sunset.carrier_callbacks'],
  'libs/directory': ['sunset.directory_accounts', 'sunset.directory_plans', 'sunset.directory_listing'],
  'libs/imports': ['sunset.imports', 'sunset.import_lines', 'sunset.import_problems', 'sunset.import_held', 'sunset.import_claims', 'sunset.imported_accounts'],
  'libs/staff-reads': ['sunset.staff_reads', 'sunset.refuse_staff_read_change()'],
  'libs/four-eyes': ['sunset.asked_acts', 'sunset.refuse_asked_act_change()'],
  'libs/acts': ['sunset.acts', 'sunset.act_targets'],
  'libs/policies': ['sunset.policies'],
  'libs/webhooks': ['sunset.webhook_endpoints', 'sunset.webhook_secrets', 'sunset.webhook_positions', 'sunset.webhook_deliveries'],
  'libs/audit': ['sunset.audit_findings', 'sunset.audit_walk'],
  'libs/read-models': ['sunset.memberships', 'sunset.cancellations', 'sunset.ledger_lines', 'analytics.*', 'analytics.${…}'],
};

/** What an owner lets others say of its tables, inside their statements: constants, or functions of the columns they have. */
export const namedFragments: Readonly<Record<string, readonly string[]>> = {
  'libs/postgres': ['inItsShard', 'ofAccounts', 'shardOf'],
  'libs/personal-data': ['joinKey', 'keyIsDestroyed'],
  'libs/event-store': ['headOf', 'lastRecordedAt', 'nextRecordedAt', 'nextOfTypes', 'happenedAt'],
  'libs/deadlines': ['clockInDoubt', 'testClocks', 'someClockAdvances', 'accountNow'],
};

const independent = 'a proof that read through the code of whom it watches would believe what it is to prove';

/** The files that name tables of others all the same, and why. */
export const nameOthers: Readonly<Record<string, { readonly tables: readonly string[]; readonly because: string }>> = {
  'libs/event-store/src/migrations.ts': { tables: ['sunset.account_keys'], because: 'a trigger lives in the database, and no fragment that changes may change it' },
  'apps/launch/src/service-role.ts': { tables: ['sunset.events', 'sunset.staff_reads', 'sunset.asked_acts', 'sunset.layout'], because: 'what a role may do with a table is decided by who deploys, beside what it may do with the others' },
  'libs/audit/src/log-says.ts': { tables: ['sunset.events'], because: independent },
  'libs/audit/src/look.ts': { tables: ['sunset.events'], because: independent },
  'libs/audit/src/gaps.ts': { tables: ['sunset.events', 'sunset.deadlines', 'sunset.effects', 'sunset.purges'], because: independent },
  'libs/audit/src/queue-gaps.ts': { tables: ['sunset.deadlines'], because: independent },
  'libs/audit/src/followers.ts': { tables: ['sunset.events', 'sunset.projections', 'sunset.memberships', 'sunset.cancellations', 'sunset.ledger_lines'], because: independent },
  'libs/application/src/retention/places.ts': { tables: ['sunset.*'], because: 'it says of every table where in it something of a person can stand, and a test holds it against the schema' },
};
