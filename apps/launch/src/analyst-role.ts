// How the sessions of the analysts' role begin in this database, whoever lets the role in: read-only, among the views, and with an end to each statement.
import { analystRole } from '#read-models';
import type { Database } from '#postgres';

/** Against statements that were forgotten: a session may say otherwise for itself. What may be read is a matter of grants. */
const settings = {
  statement_timeout: '60s',
  idle_in_transaction_session_timeout: '10min',
  default_transaction_read_only: 'on',
  search_path: 'analytics',
  timezone: 'UTC',
} as const;

/** Where the role is not there, or is not ours to change, nothing is done: the migration said so. */
export async function settleAnalysts(database: Database): Promise<void> {
  await database.query(`
    DO $$ BEGIN
      IF EXISTS (SELECT FROM pg_roles WHERE rolname = '${analystRole}') THEN
        ${Object.entries(settings).map(([name, value]) => `EXECUTE format('ALTER ROLE ${analystRole} IN DATABASE %I SET ${name} = ''${value}''', current_database());`).join('\n        ')}
      END IF;
    EXCEPTION WHEN insufficient_privilege THEN NULL;
    END $$`);
}
