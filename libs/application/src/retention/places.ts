// Where in our tables something of a person can stand, and why everywhere else it cannot. A test holds it against the schema.
import { membershipEvents } from '#domain';
import type { Places } from '#purge';

/** Exactly one of our own words, as carriers' reasons are. */
const ofOurs = (sql: string): string => `${sql} ~ '^[a-z0-9]+([-_][a-z0-9]+)*$'`;

/** The fields of the log that are declared as texts; everything of events that are not known, or were written in an older shape. */
const textsOfEvents = (): string => {
  const known = membershipEvents.map(({ type, version, texts }) => {
    const open = texts.map((field) => `CASE WHEN NOT ${ofOurs(`t.data ->> '${field}'`)} THEN t.data ->> '${field}' END`);
    return `WHEN t.type = '${type}' AND t.schema_version = ${version} THEN ${open.length > 0 ? `concat_ws(E'\\n', ${open.join(', ')})` : 'NULL'}`;
  });
  return `CASE ${known.join(' ')} ELSE t.data::text END`;
};

export const places: Places = {
  // As BullMQ keeps them where there is no Redis.
  queueSchemas: ['bullmq'],
  tables: {
    'public.migrations': { closed: { code: ['name'] } },
    'sunset.account_keys': { closed: { id: ['account_id'], sealed: ['wrapped'] } },
    'sunset.asked_acts': { closed: { enumeration: ['step'], code: ['act'], id: ['actor_id', 'target'], derived: ['details'], staff: ['reason'] } },
    'sunset.act_targets': { closed: { code: ['kind', 'status', 'outcome'], id: ['target_id', 'account_id', 'made_id'] } },
    'sunset.acts': { closed: { enumeration: ['act'], id: ['actor_id'], staff: ['reason', 'filter'] } },
    'sunset.audit_findings': { closed: { code: ['finding', 'kind'], id: ['account_id', 'subject'] } },
    'sunset.audit_walk': { closed: { id: ['after_account'] } },
    'sunset.cancellations': {
      closed: {
        enumeration: ['entry'], id: ['account_id', 'entry_id', 'test_clock_id', 'subscription_id', 'attempt_id'],
        code: ['plan_id', 'plan_kind', 'plan_interval', 'currency', 'reason', 'channel', 'actor_role', 'lost', 'ten_dlc_status', 'kind', 'outcome', 'cause'], zone: ['time_zone'],
      },
    },
    'sunset.carrier_budgets': { closed: { code: ['carrier', 'lane'] } },
    'sunset.carrier_callbacks': { closed: { code: ['carrier'], hash: ['hash'] } },
    'sunset.carrier_drift_findings': {
      closed: { enumeration: ['kind', 'told_by'], code: ['carrier', 'finding'], id: ['account_id', 'subject'], hash: ['hash'], sealed: ['sealed'] },
    },
    'sunset.carrier_drift_listed': { closed: { enumeration: ['kind'], code: ['carrier'], hash: ['hash'] } },
    'sunset.carrier_drift_runs': { closed: { enumeration: ['outcome'], code: ['carrier', 'reason'], id: ['asked_by'] } },
    'sunset.clock_stops': { closed: { enumeration: ['cause'], id: ['confirmed_by'], staff: ['reason'] } },
    'sunset.clock_watch': { closed: {} },
    'sunset.data_access': { closed: { enumeration: ['category'], code: ['actor_role'], id: ['account_id', 'actor_id'] } },
    'sunset.deadlines': {
      closed: { enumeration: ['status'], code: ['kind'], id: ['account_id', 'test_clock_id', 'subject', 'traceparent'] },
      texts: { last_error: 't.last_error' },
    },
    'sunset.directory_accounts': { closed: { enumeration: ['standing'], id: ['account_id'], hash: ['email_hash'] } },
    'sunset.directory_listing': { closed: { id: ['listed_until'] } },
    'sunset.directory_plans': { closed: { enumeration: ['standing'], code: ['plan_id'], id: ['account_id'] } },
    'sunset.effect_attempts': {
      closed: { code: ['outcome'], id: ['account_id'] },
      texts: { reason: 't.reason', provider_code: 't.provider_code' },
    },
    'sunset.effect_pauses': { closed: { enumeration: ['cause'], code: ['kind', 'carrier'], id: ['paused_by', 'resumed_by'], staff: ['reason', 'resume_reason'] } },
    'sunset.effects': {
      closed: { enumeration: ['kind', 'status'], code: ['carrier', 'outcome'], id: ['account_id', 'test_clock_id', 'subject', 'traceparent'] },
      texts: { reason: 't.reason', order_ref: 't.order_ref' },
    },
    'sunset.events': {
      closed: { code: ['type'], id: ['account_id', 'stream', 'subject'], sealed: ['personal'], derived: ['metadata'] },
      texts: { data: textsOfEvents() },
    },
    'sunset.former_holders': { closed: { enumeration: ['kind'], id: ['account_id', 'subject'], hash: ['hash'] } },
    'sunset.holders': { closed: { enumeration: ['kind'], id: ['account_id', 'subject'], hash: ['hash', 'carrier_id_hash'] } },
    'sunset.idempotency_keys': {
      closed: { id: ['account_id'], hash: ['id', 'fingerprint'] },
      // What is kept without an account tells nothing of one.
      texts: { headers: 't.headers::text', body: 't.body' },
    },
    'sunset.import_claims': { closed: { hash: ['hash'] } },
    'sunset.import_held': { closed: { code: ['kind'] } },
    'sunset.import_lines': { closed: { sealed: ['sealed'] } },
    // The pointer is made of the names of fields that the service knows, the message of words of ours.
    'sunset.import_problems': { closed: { code: ['pointer', 'code', 'message'] } },
    'sunset.imported_accounts': { closed: { id: ['account_id'], hash: ['hash'] } },
    'sunset.imports': { closed: { enumeration: ['status'], code: ['actor_role'], id: ['actor_id'] } },
    'sunset.kept_evidence': { closed: { code: ['kind'], id: ['purge_id', 'subject', 'account_id'], derived: ['data'] } },
    'sunset.ledger_lines': {
      closed: { enumeration: ['entry', 'charge_status'], code: ['kind', 'source', 'currency'], id: ['account_id', 'test_clock_id', 'subscription_id', 'charge_id'], zone: ['time_zone'], derived: ['latest'] },
    },
    'sunset.layout': { closed: {} },
    'sunset.lookup_secret': { closed: { sealed: ['wrapped'] } },
    'sunset.memberships': {
      closed: {
        code: ['currency', 'cancellation_mode', 'standing', 'ten_dlc_status', 'open_plans', 'pending_plans'], id: ['account_id', 'test_clock_id'], zone: ['time_zone'],
        derived: ['upcoming', 'state'],
      },
    },
    'sunset.opt_outs': { closed: { id: ['account_id'], hash: ['hash', 'contact_hash'] } },
    'sunset.page_sessions': { closed: { id: ['account_id'], hash: ['link_hash', 'session_hash'] } },
    'sunset.policies': { closed: { code: ['version'], staff: ['contents'] } },
    'sunset.processes': { closed: { enumeration: ['kind'], hash: ['master_keys'] } },
    'sunset.projections': { closed: { enumeration: ['build', 'status'], code: ['name'], error: ['last_error'] } },
    'sunset.purge_ledger': { closed: {} },
    'sunset.purge_stores': { closed: { code: ['store'], id: ['purge_id', 'account_id'], hash: ['digest_sum'], derived: ['planned', 'deleted'] } },
    'sunset.purges': {
      closed: {
        enumeration: ['status'], code: ['basis', 'step'], id: ['purge_id', 'account_id', 'test_clock_id'], hash: ['salt'], sealed: ['markers'],
        derived: ['exceptions', 'findings', 'places_accepted'], error: ['last_error'],
      },
      texts: { findings_accepted: 't.findings_accepted' },
    },
    'sunset.purges_waiting': { closed: { id: ['account_id'] } },
    'sunset.retained_data': { closed: { enumeration: ['category'], id: ['account_id'], hash: ['record_hash'], sealed: ['body'] } },
    'sunset.sandbox_carrier_faults': { closed: { code: ['fault'], hash: ['subject_hash'] } },
    'sunset.sandbox_carrier_releases': { closed: { id: ['idempotency_key'], hash: ['subject_hash', 'carrier_id_hash'] } },
    'sunset.sandbox_carrier_requests': { closed: { hash: ['subject_hash'] } },
    'sunset.sandbox_faults': { closed: { code: ['fault'] } },
    'sunset.sandbox_mails': { closed: { code: ['message', 'language', 'template_version'], id: ['mail_id', 'account_id'], sealed: ['sealed'] } },
    'sunset.scheduled_messages': {
      closed: { enumeration: ['channel', 'plan_kind', 'status'], code: ['currency'], id: ['account_id', 'message_id', 'credit_id'] },
    },
    'sunset.snapshots': { closed: { code: ['fold'], id: ['account_id'], derived: ['state'] } },
    // Of whom staff read stays, as the account's id stands in the log: who was purged has a right to it as well.
    'sunset.staff_reads': { closed: { code: ['actor_role', 'route'], id: ['account_id', 'actor_id'], hash: ['hash'] } },
    'sunset.test_clocks': { closed: { enumeration: ['status'], id: ['test_clock_id'], error: ['last_error'] } },
    'sunset.webhook_deliveries': { closed: { enumeration: ['status'], code: ['type', 'reason'], id: ['account_id'] }, texts: { answer: 't.answer' } },
    'sunset.webhook_endpoints': { closed: { enumeration: ['status', 'disabled_because'], code: ['events'], staff: ['url'] } },
    'sunset.webhook_positions': { closed: { enumeration: ['way'] } },
    'sunset.webhook_secrets': { closed: { sealed: ['sealed'] } },
  },
};
