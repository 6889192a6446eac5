// The schema that the migrations make is committed, so that a change to it is seen in review. `UPDATE_SCHEMA=1 npm test -- test/schema` writes it anew.
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { membershipEvents, type MembershipEvent } from '#domain';
import { EventStore } from '#event-store';
import { MasterKeys, PersonalData } from '#personal-data';
import { Projections } from '#projections';
import { projections as every } from '#read-models';
import { migrations } from '../../apps/api/src/migrations.js';
import { freshDatabase } from '../support/database.js';
import { describeSchema } from './describe-schema.js';

const committed = new URL('schema.txt', import.meta.url);

it('is the committed one', async () => {
  const fresh = await freshDatabase({ migrations });
  const { database } = fresh;
  try {
    const personalData = new PersonalData(database, new MasterKeys([randomBytes(32)]));
    await new Projections(database, new EventStore<MembershipEvent>(database, personalData, membershipEvents), every).ensureTables();
    const schema = await describeSchema(database);
    if (process.env['UPDATE_SCHEMA'] === '1') await writeFile(committed, schema);
    expect(schema).toBe(await readFile(committed, 'utf8'));
  } finally {
    await fresh.drop();
  }
});
