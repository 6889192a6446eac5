// A database as the service has it once it runs: every table, and the analysts' views.
import { randomBytes } from 'node:crypto';
import { membershipEvents, type MembershipEvent } from '#domain';
import { EventStore } from '#event-store';
import { MasterKeys, PersonalData } from '#personal-data';
import { Projections } from '#projections';
import { projections } from '#read-models';
import { migrations } from '../../apps/api/src/migrations.js';
import { freshDatabase, type FreshDatabase } from './database.js';

/** Call `drop()` in `afterAll`. */
export async function databaseOfEveryTable(): Promise<FreshDatabase> {
  const fresh = await freshDatabase({ migrations });
  const personalData = new PersonalData(fresh.database, new MasterKeys([randomBytes(32)]));
  await new Projections(fresh.database, new EventStore<MembershipEvent>(fresh.database, personalData, membershipEvents), projections).ensureTables();
  return fresh;
}
