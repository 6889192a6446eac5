// The table of what could go wrong before a carrier is asked names the tests that would notice: each of them is there.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const root = new URL('../..', import.meta.url).pathname;

const specs = ['libs', 'test', 'apps'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).flatMap((file) =>
    (file.endsWith('.spec.ts') && !file.includes('node_modules') ? [readFileSync(join(root, folder, file), 'utf8').replaceAll("\\'", "'")] : [])));

it('every danger names a test that stops it, and every test it names is there', () => {
  const [, table = ''] = readFileSync(join(root, 'libs/effects/README.md'), 'utf8').split('| what could go wrong |');
  const [rows = ''] = table.split('\n\n');
  const named = rows.split('\n').slice(2).map((row) => [...row.split('|').at(-2)!.matchAll(/\*([^*]+)\*/g)].map(([, name]) => name!));
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((names) => names.length === 0)).toEqual([]);
  expect(named.flat().filter((name) => !specs.some((text) => text.includes(name)))).toEqual([]);
});
