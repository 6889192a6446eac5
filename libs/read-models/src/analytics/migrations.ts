// The role that analysts' logins are made members of: it reads schema `analytics`, and nothing else.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#postgres';
import { analystRole } from './documented-view.js';

class AnalystRole1795450000000 implements MigrationInterface {
  /** Roles belong to the whole server: it may be there already, be made by somebody else at the same moment, or not be ours to make. */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA IF NOT EXISTS analytics;
      COMMENT ON SCHEMA analytics IS 'Documented views for analysts. No view names a person.';
      CREATE FUNCTION analytics.known_zone(name text) RETURNS text LANGUAGE plpgsql STABLE AS $$
      BEGIN
        PERFORM now() AT TIME ZONE name;
        RETURN name;
      EXCEPTION WHEN invalid_parameter_value THEN RETURN 'UTC';
      END $$;
      COMMENT ON FUNCTION analytics.known_zone(text) IS 'The zone, or UTC where this server does not know it: it may have older zone data than the service.';
      DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${analystRole}') THEN CREATE ROLE ${analystRole} NOLOGIN; END IF;
      EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN NULL;
      END $$;
      DO $$ BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = '${analystRole}') THEN
          GRANT USAGE ON SCHEMA analytics TO ${analystRole};
          GRANT SELECT ON ALL TABLES IN SCHEMA analytics TO ${analystRole};
        END IF;
      END $$;
    `);
    const found = (await runner.query(`SELECT FROM pg_roles WHERE rolname = '${analystRole}'`)) as unknown[];
    if (found.length === 0) console.warn(howToMakeTheRole);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION analytics.known_zone;
      DO $$ BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = '${analystRole}') THEN
          REVOKE ALL ON ALL TABLES IN SCHEMA analytics FROM ${analystRole};
          REVOKE ALL ON SCHEMA analytics FROM ${analystRole};
        END IF;
      END $$;
    `);
  }
}

const howToMakeTheRole =
  `The role ${analystRole} could not be made: this login may not create roles. Everything else works. Let an administrator run ` +
  `CREATE ROLE ${analystRole} NOLOGIN; GRANT USAGE ON SCHEMA analytics TO ${analystRole}; GRANT SELECT ON ALL TABLES IN SCHEMA analytics TO ${analystRole};`;

export const migrations: readonly Migration[] = [AnalystRole1795450000000];
