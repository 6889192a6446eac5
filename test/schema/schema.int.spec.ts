// The schema that the migrations make is committed, so that a change to it is seen in review; so is what analysts look up of it. `UPDATE_SCHEMA=1 npm test -- test/schema` writes all of it anew.
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { documentedViews } from '../support/documented-views.js';
import { databaseOfEveryTable } from '../support/every-table.js';
import type { FreshDatabase } from '../support/database.js';
import { describeSchema } from './describe-schema.js';
import { dbtSources, dictionaryPage } from './dictionary.js';

let fresh: FreshDatabase;
beforeAll(async () => { fresh = await databaseOfEveryTable(); });
afterAll(() => fresh.drop());

async function expectCommitted(file: string, made: string): Promise<void> {
  const committed = new URL(file, import.meta.url);
  if (process.env['UPDATE_SCHEMA'] === '1') await writeFile(committed, made);
  expect(made).toBe(await readFile(committed, 'utf8'));
}

it('is the committed one', async () => {
  await expectCommitted('schema.txt', await describeSchema(fresh.database));
});

describe('what analysts look up', () => {
  it('is the committed dictionary', async () => {
    await expectCommitted('../../libs/read-models/DICTIONARY.md', dictionaryPage(await documentedViews(fresh.database)));
  });

  it('is the committed sources of dbt', async () => {
    await expectCommitted('../../docker/dbt/models/sources.yml', dbtSources(await documentedViews(fresh.database)));
  });

  it('needs a comment on every view and every column', async () => {
    await fresh.database.query('CREATE VIEW analytics.silent AS SELECT 1 AS one, 2 AS two');
    await expect(documentedViews(fresh.database)).rejects.toThrow('without a comment: silent');
    await fresh.database.query(`COMMENT ON VIEW analytics.silent IS 'Two numbers.'; COMMENT ON COLUMN analytics.silent.one IS 'The first.'`);
    await expect(documentedViews(fresh.database)).rejects.toThrow('without a comment: silent.two');
    await fresh.database.query('DROP VIEW analytics.silent');
  });
});
