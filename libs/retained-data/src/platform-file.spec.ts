// What the file of the platform's tables may hold, and how a fault is told.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readPlatformTables } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'sunset-platform-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, 'tables.json');
const url = 'postgres://someone:s3cret@db.example:5432/platform';
const good = { url, table: 'public.contacts', accountColumn: 'account_id', category: 'contacts' };

const read = (content: unknown) => {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readPlatformTables(file);
};

describe('the file of platform tables', () => {
  it('may be absent', () => {
    expect([readPlatformTables(undefined), readPlatformTables('')]).toEqual([[], []]);
    expect(read([])).toEqual([]);
  });

  it('names tables with or without a schema, as the catalogue has them', () => {
    expect(read([good, { ...good, url: 'postgresql://x/y', table: 'Old "calls"', category: 'reports' }])).toEqual([
      { ...good, table: ['public', 'contacts'] },
      { ...good, url: 'postgresql://x/y', table: ['Old "calls"'], category: 'reports' },
    ]);
  });

  it('says of contacts who has opted out, and with what', () => {
    const optOut = { column: 'opted_out', addressColumns: ['phone', 'email'] };
    expect(read([{ ...good, optOut }])).toEqual([{ ...good, table: ['public', 'contacts'], optOut }]);
  });

  const optOut = { column: 'opted_out', addressColumns: ['phone'] };
  it.each<[unknown, string]>([
    [[{ ...good, category: 'reports', optOut }], 'entry 0 optOut is for the category contacts'],
    [[{ ...good, optOut: null }], 'entry 0 optOut must be an object'],
    [[{ ...good, optOut: ['opted_out'] }], 'entry 0 optOut must be an object'],
    [[{ ...good, optOut: { ...optOut, hash: true } }], 'entry 0 optOut has an unknown field "hash"'],
    [[{ ...good, optOut: { addressColumns: ['phone'] } }], 'entry 0 optOut column must be a name of 1 to 63 bytes'],
    [[{ ...good, optOut: { column: 'opted_out' } }], 'entry 0 optOut addressColumns must be a list of one name or more, each of 1 to 63 bytes'],
    [[{ ...good, optOut: { ...optOut, addressColumns: [] } }], 'entry 0 optOut addressColumns must be a list of one name or more, each of 1 to 63 bytes'],
    [[{ ...good, optOut: { ...optOut, addressColumns: ['phone', ''] } }], 'entry 0 optOut addressColumns must be a list of one name or more, each of 1 to 63 bytes'],
    ['[{"url":"postgres://s3cret"', 'must be JSON'],
    [{}, 'must hold a list of tables'],
    [[good, 'text'], 'entry 1 must be an object'],
    [[good, null], 'entry 1 must be an object'],
    [[{ ...good, schema: 's3cret' }], 'entry 0 has an unknown field "schema"'],
    [[{ ...good, url: undefined }], 'entry 0 url must be a text'],
    [[{ ...good, url: 'mysql://someone:s3cret@db/platform' }], 'entry 0 url must be a postgres:// URL'],
    [[{ ...good, url: 's3cret' }], 'entry 0 url must be a postgres:// URL'],
    [[{ ...good, url: `${url}?pooler=transaction` }], 'entry 0 url must lead past any pooler'],
    [[{ ...good, table: 7 }], 'entry 0 table must be a text'],
    [[{ ...good, table: 'a.b.c' }], 'entry 0 table must be a name, or a schema and a name with a dot between, each of 1 to 63 bytes'],
    [[{ ...good, table: 'public.' }], 'entry 0 table must be a name, or a schema and a name with a dot between, each of 1 to 63 bytes'],
    [[{ ...good, table: 'ä'.repeat(32) }], 'entry 0 table must be a name, or a schema and a name with a dot between, each of 1 to 63 bytes'],
    [[{ ...good, accountColumn: '' }], 'entry 0 accountColumn must be a text'],
    [[{ ...good, accountColumn: 'x'.repeat(64) }], 'entry 0 accountColumn must be a name of 1 to 63 bytes'],
    [[{ ...good, category: 'calls' }], 'entry 0 category must be one of campaigns, messages, contacts, reports'],
    [[good, { ...good, category: 'reports' }], 'entry 1 is the table of entry 0'],
  ])('%j is refused: %s', (content, fault) => {
    expect(() => read(content)).toThrow(`PLATFORM_DATA_FILE (${file}): ${fault}`);
    expect(() => read(content)).not.toThrow('s3cret');
  });

  it('that is not there is told', () => {
    expect(() => readPlatformTables(join(folder, 'none.json'))).toThrow(/PLATFORM_DATA_FILE \(.*none\.json\): cannot be read: ENOENT/);
  });
});
