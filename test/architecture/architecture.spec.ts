// The shape of the codebase: the table of imports is kept, and the checker is shown forbidden imports to prove that it looks.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { forbiddenImports } from './imports.js';
import { mayImport, testsMayImport } from './may-import.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

const foldersOf = (parent: string): string[] =>
  readdirSync(join(root, parent), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => `${parent}/${entry.name}`);

const sourcesOf = (parent: string): string[] =>
  readdirSync(join(root, parent), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
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
    const packages = rows.flatMap(([, listed]) => listed).filter((name) => name !== 'node' && !/^(libs|apps)\//.test(name));
    expect(packages.filter((name) => !(name in dependencies))).toEqual([]);
  });
});

describe('the sources', () => {
  const sources = [...sourcesOf('libs'), ...sourcesOf('apps')];

  it('are found', () => {
    expect(sources).toEqual(expect.arrayContaining(['libs/kernel/src/index.ts', 'libs/postgres/src/database.ts', 'apps/launch/src/migrate.ts']));
  });

  it('import only what their row allows', () => {
    expect(sources.flatMap((file) => forbiddenImports(file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
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
