// What the role of API and workers may do: use every table, make the projections' own and exchange them, and nothing else. Migrations have a role of their own.
import { type Database, serverLimitMs, settleRole, usualAnswerLimitMs } from '#postgres';

/** Throws where the name can be no role's. */
export function serviceRoleFrom(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const role = environment['SERVICE_ROLE'] || undefined;
  if (role !== undefined && !/^[a-z_][a-z0-9_]{0,62}$/.test(role)) throw new Error(`SERVICE_ROLE is no name of a role: ${role}`);
  return role;
}

/** Inside the surrounding transaction, after the migrations. `projections`: whose tables are made anew from the events, so that the role that does it has to own them. */
export async function grantTo(database: Database, role: string, projections: readonly string[]): Promise<void> {
  const statements = [
    `GRANT USAGE, CREATE ON SCHEMA sunset, analytics TO ${role}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA sunset TO ${role}`,
    `GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA sunset TO ${role}`,
    // A purge empties what an event says of a person; the event stays, as does what staff read.
    `REVOKE DELETE ON sunset.events FROM ${role}`,
    // Of what waits for a second person staff's words alone can be taken out.
    `REVOKE DELETE ON sunset.asked_acts FROM ${role}`,
    `REVOKE UPDATE, DELETE ON sunset.staff_reads FROM ${role}`,
    // Fixed at the first start.
    `REVOKE INSERT, UPDATE, DELETE ON sunset.layout FROM ${role}`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA analytics TO ${role}`,
    `GRANT SELECT ON migrations TO ${role}`,
  ];
  for (const statement of statements) await database.query(statement);
  const derived = await database.query<{ relation: string }>(
    `SELECT c.oid::regclass::text AS relation FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE pg_get_userbyid(c.relowner) <> $2
       AND (n.nspname = 'analytics' AND c.relkind = 'v' OR n.nspname = 'sunset' AND c.relkind = 'r' AND regexp_replace(c.relname, '__rebuild$', '') = ANY ($1::text[]))`,
    [projections, role],
  );
  for (const { relation } of derived) await database.query(`ALTER TABLE ${relation} OWNER TO ${role}`);
}

/** Through a pooler nothing can be said at the start of a session: what every one of ours has becomes the role's own. */
export async function settle(database: Database, role: string): Promise<void> {
  const [here] = await database.query<{ name: string }>('SELECT current_database() AS name');
  for (const statement of settleRole(role, here!.name, serverLimitMs(usualAnswerLimitMs))) await database.query(statement);
}
