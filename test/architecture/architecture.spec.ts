// The shape of the codebase: the tables of imports and of database tables are kept, and the checkers are shown what is forbidden to prove that they look.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { forbiddenImports, isTest, rowOf, usedBy } from './imports.js';
import { builtWhole, mayImport, ownTestsMayImport, testsMayImport } from './may-import.js';
import { namedFragments, nameOthers, ownsTables } from './owns-tables.js';
import { foreignTables, fragmentsIn, isAmong, ownerOf, tablesIn } from './tables.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

const foldersOf = (parent: string): string[] =>
  readdirSync(join(root, parent), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => `${parent}/${entry.name}`);

const sourcesOf = (parent: string): string[] =>
  readdirSync(join(root, parent), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));

const rows: [string, readonly string[]][] = Object.entries(mayImport);

describe('the table', () => {
  it('has a row for every library and app, and no other row', () => {
    expect(rows.map(([row]) => row).sort()).toEqual([...foldersOf('libs'), ...foldersOf('apps')].sort());
  });

  it.each(rows)('%s lists only rows above it', (row, listed) => {
    const above = rows.slice(0, rows.findIndex(([name]) => name === row)).map(([name]) => name);
    expect(listed.filter((name) => /^(libs|apps)\//.test(name) && !above.includes(name))).toEqual([]);
  });

  it('names only packages that production installs', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
    const installed = rows.filter(([row]) => !builtWhole.includes(row));
    const packages = installed.flatMap(([, listed]) => listed).filter((name) => name !== 'node' && !/^(libs|apps)\//.test(name));
    expect(packages.filter((name) => !(name in dependencies))).toEqual([]);
  });
});

/** With their texts. */
const sources = [...sourcesOf('libs'), ...sourcesOf('apps')].map((file) => ({ file, source: readFileSync(join(root, file), 'utf8') }));
const inProduction = sources.filter(({ file }) => !isTest(file));

/** What the sources that are chosen import from others than their own row, as `row: name`. */
const usesOf = (chosen: readonly { readonly file: string; readonly source: string }[]): ReadonlySet<string> =>
  new Set(chosen.flatMap(({ file, source }) => usedBy(file, source).map((name) => `${rowOf(file)}: ${name}`)));

const unusedIn = (permissions: readonly [string, readonly string[]][], uses: ReadonlySet<string>): string[] =>
  permissions.flatMap(([row, listed]) => listed.map((name) => `${row}: ${name}`)).filter((permission) => !uses.has(permission));

describe('a permission', () => {
  it('is used by a source of its row', () => {
    expect(unusedIn(rows, usesOf(inProduction))).toEqual([]);
  });

  it('of the tests of a row is used by one of them', () => {
    expect(unusedIn(Object.entries(ownTestsMayImport), usesOf(sources.filter(({ file }) => isTest(file))))).toEqual([]);
  });

  it('that nobody uses would be seen', () => {
    expect(unusedIn([['libs/kernel', ['libs/domain']], ['libs/domain', ['libs/kernel', 'node']]], usesOf(inProduction))).toEqual(['libs/kernel: libs/domain', 'libs/domain: node']);
  });
});

describe('the sources', () => {
  it('are found', () => {
    expect(sources.map(({ file }) => file)).toEqual(expect.arrayContaining(['libs/kernel/src/index.ts', 'libs/postgres/src/database.ts', 'apps/launch/src/migrate.ts']));
  });

  it('import only what their row allows', () => {
    expect(sources.flatMap(({ file, source }) => forbiddenImports(file, source))).toEqual([]);
  });

  it('name no table of somebody else', () => {
    // Examples quote what the service answers, the SQL of a report among it, and ask nothing of a database.
    const asking = sources.filter(({ file }) => file !== 'apps/api/src/http/documents/examples.ts');
    expect(asking.length).toBe(sources.length - 1);
    expect(asking.flatMap(({ file, source }) => foreignTables(file, source))).toEqual([]);
  });
});

describe.each(foldersOf('libs'))('%s', (library) => {
  it.each(['src/index.ts', 'README.md'])('has its %s', (file) => {
    expect(existsSync(join(root, library, file))).toBe(true);
  });
});

describe('the checker objects to', () => {
  it.each([
    { why: 'a row below', file: 'libs/event-store/src/canary.ts', source: `import { decide } from '#application';` },
    { why: 'business in the machinery', file: 'libs/event-store/src/canary.ts', source: `import { decide } from '#domain';` },
    { why: 'machinery in the domain', file: 'libs/domain/src/canary.ts', source: `import { Injectable } from '@nestjs/common';` },
    { why: 'Node in the kernel', file: 'libs/kernel/src/canary.ts', source: `import { randomUUID } from 'node:crypto';` },
    { why: 'a type only', file: 'libs/domain/src/canary.ts', source: `import type { Database } from '#postgres';` },
    { why: 'a re-export', file: 'libs/domain/src/canary.ts', source: `export * from '#postgres';` },
    { why: 'a dynamic import', file: 'libs/domain/src/canary.ts', source: `const postgres = await import('#postgres');` },
    { why: 'an import for its effect', file: 'libs/domain/src/canary.ts', source: `import 'reflect-metadata';` },
    { why: 'a side door', file: 'libs/application/src/canary.ts', source: `import { fold } from '#domain/fold.js';` },
    { why: 'a relative path into another library', file: 'libs/application/src/canary.ts', source: `import { fold } from '../../domain/src/fold.js';` },
    { why: 'a library that imports an app', file: 'libs/application/src/canary.ts', source: `import { main } from '../../../apps/api/src/main.js';` },
    { why: 'the library itself by its name', file: 'libs/domain/src/canary.ts', source: `import { fold } from '#domain';` },
    { why: 'a package nobody lists', file: 'apps/api/src/canary.ts', source: `import express from 'express';` },
    { why: 'a deep path of such a package', file: 'libs/domain/src/canary.ts', source: `import { of } from 'rxjs/operators';` },
    { why: 'test tools outside tests', file: 'libs/domain/src/canary.ts', source: `import { expect } from '@jest/globals';` },
    { why: 'test support outside tests', file: 'libs/postgres/src/canary.ts', source: `import { freshDatabase } from '../../../test/support/database.js';` },
    { why: 'a row below, in a test', file: 'libs/postgres/src/canary.spec.ts', source: `import { Membership } from '#application';` },
    { why: 'a builtin without its prefix', file: 'libs/postgres/src/canary.ts', source: `import { readFileSync } from 'fs';` },
    { why: 'a path without its ending', file: 'libs/postgres/src/canary.ts', source: `import { Database } from './database';` },
    { why: 'a library without a row', file: 'libs/utilities/src/canary.ts', source: `export const one = 1;` },
  ])('$why', ({ file, source }) => {
    expect(forbiddenImports(file, source)).toHaveLength(1);
  });

  it.each([
    { why: 'its own files', file: 'libs/domain/src/canary.ts', source: `import { fold } from './fold.js';` },
    { why: 'what its row lists', file: 'libs/event-store/src/canary.ts', source: `import { instant } from '#kernel'; import pg from 'typeorm';` },
    { why: 'words in comments and texts', file: 'libs/kernel/src/canary.ts', source: `// import x from 'node:fs'\nexport const text = "import y from 'pg'";` },
    ...testsMayImport.map((name) => ({
      why: `${name} in tests`,
      file: 'libs/domain/src/canary.spec.ts',
      source: `import { it } from '${name === 'node' ? 'node:fs' : name.replace(/^test\//, '../../../test/').replace(/(\/test\/.*)/, '$1/canary.js')}';`,
    })),
  ])('nothing about $why', ({ file, source }) => {
    expect(forbiddenImports(file, source)).toEqual([]);
  });
});

describe('the table of tables', () => {
  const owned = Object.values(ownsTables).flat();
  const inSchema = [...readFileSync(join(root, 'test/schema/schema.txt'), 'utf8').matchAll(/^\w+\.\w+$/gm)].map(([name]) => name);

  it('has every table of the schema once, and no other', () => {
    expect(inSchema).toContain('sunset.events');
    expect(inSchema.filter((table) => ownerOf(table) === undefined)).toEqual([]);
    expect(owned.filter((table, index) => owned.indexOf(table) !== index)).toEqual([]);
    expect(owned.filter((table) => /\w$/.test(table) && !inSchema.includes(table))).toEqual([]);
  });

  it('gives nobody what he does not name', () => {
    const named = (row: string): string[] => inProduction.filter(({ file }) => rowOf(file) === row).flatMap(({ file, source }) => tablesIn(file, source));
    // Of a table that a projection keeps only the name of the projection is said.
    const ofProjections = inSchema.filter((table) => sources.some(({ file, source }) => rowOf(file) === 'libs/read-models' && source.includes(`name: '${table.replace('sunset.', '')}'`)));
    expect(Object.entries(ownsTables).flatMap(([row, tables]) =>
      tables.filter((table) => !table.endsWith('*') && !ofProjections.includes(table) && !named(row).some((name) => isAmong(name, [table]))).map((table) => `${row}: ${table}`))).toEqual([]);
  });

  it('lists exactly the fragments that another row uses', () => {
    const fragments = inProduction.flatMap(({ file, source }) => fragmentsIn(file, source).map((name) => ({ row: rowOf(file), name })));
    const used = fragments.filter(({ row, name }) =>
      inProduction.some(({ file, source }) => rowOf(file) !== row && new RegExp(`import [^;]*\\b${name}\\b[^;]* from '#${row.replace('libs/', '')}'`).test(source)));
    const listed = Object.entries(namedFragments).flatMap(([row, names]) => names.map((name) => `${row}: ${name}`));
    expect(used.map(({ row, name }) => `${row}: ${name}`).sort()).toEqual([...listed].sort());
  });

  it.each(Object.entries(nameOthers))('the exception %s is used', (file, { tables }) => {
    const source = readFileSync(join(root, file), 'utf8');
    const foreign = tablesIn(file, source).filter((table) => ownerOf(table) !== rowOf(file));
    expect(foreign.filter((table) => isAmong(table, tables))).not.toEqual([]);
    expect(foreignTables('apps/launch/src/canary.ts', source)).not.toEqual([]);
  });
});

describe('the checker of tables objects to', () => {
  const file = 'libs/effects/src/canary.ts';
  it.each([
    { why: 'a statement', source: `database.query('SELECT FROM sunset.events')` },
    { why: 'a statement that is put together', source: 'database.query(`SELECT ${columns} FROM sunset.effects e JOIN sunset.test_clocks c USING (id) WHERE ${condition}`)' },
    { why: 'a fragment inside one', source: 'database.query(`SELECT ${some ? "(SELECT FROM sunset.purges)" : ""} FROM sunset.effects`)' },
    { why: 'a constant', source: `export const clocks = 'sunset.test_clocks';` },
    { why: 'a quoted name', source: `database.query('SELECT FROM "sunset"."events"')` },
    { why: 'a name that is cast', source: `database.query("SELECT 'sunset.events'::regclass")` },
    { why: 'a view', source: `database.query('SELECT FROM analytics.cancellations')` },
    { why: 'a name that is put together', source: 'database.query(`SELECT FROM sunset.${name}`)' },
    { why: 'a name that is put behind it', source: `database.query('SELECT FROM sunset.' + name)` },
    { why: 'a table of the queue', source: `database.query('DELETE FROM bullmq.job')` },
    { why: 'a table that nobody owns', source: `database.query('SELECT FROM sunset.secrets')` },
    { why: 'a function of somebody else', source: `database.query('SELECT sunset.append_events($1)')` },
  ])('$why', ({ source }) => {
    expect(foreignTables(file, source)).toHaveLength(1);
  });

  it('a row without tables', () => {
    expect(foreignTables('apps/api/src/canary.ts', `database.query('SELECT FROM sunset.effects')`)).toEqual([expect.stringContaining(`sunset.effects is libs/effects's`)]);
  });

  it.each([
    { why: 'its own', source: 'database.query(`UPDATE sunset.effects SET x = 1 WHERE ${condition}`)' },
    { why: 'a comment', source: `// sunset.events\n/** {@link sunset.events} */ export const one = 1;` },
    { why: 'the name of a lock or a setting', source: `database.query("SELECT hashtext('sunset.events'), current_setting('sunset.purging_account')")` },
    { why: 'a fragment of its owner', source: 'database.query(`SELECT FROM ${testClocks} c JOIN sunset.effects e USING (test_clock_id)`)' },
    { why: 'a name that only begins so', source: `lock('sunset.purge-ledger')` },
  ])('nothing about $why', ({ source }) => {
    expect(foreignTables(file, source)).toEqual([]);
  });

  it('nothing in tests, which look where they like', () => {
    expect(foreignTables('libs/effects/test/canary.spec.ts', `database.query('SELECT FROM sunset.events')`)).toEqual([]);
  });

  it.each([
    ['a text', 'export const inDoubt = `EXISTS (SELECT FROM sunset.clock_stops WHERE ${open})`;', ['inDoubt']],
    ['a function that puts one together', 'export const nowOf = (id: string): string => `(SELECT now FROM sunset.test_clocks WHERE id = ${id})`;', ['nowOf']],
    ['a function that asks', `export const ask = (database: Database) => database.query('SELECT FROM sunset.test_clocks');`, []],
    ['what stays inside', `const stays = 'sunset.test_clocks';`, []],
  ])('and takes %s for what it is', (_, source, fragments) => {
    expect(fragmentsIn(file, source)).toEqual(fragments);
  });
});
