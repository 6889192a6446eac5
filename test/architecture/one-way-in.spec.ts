// One way in: whoever wants something changed sends a command over the bus, and the core decides none that came otherwise.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { isTest } from './imports.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

const sources = ['apps/api/src', 'apps/worker/src', 'apps/launch/src', 'libs/application/src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !isTest(file))
    .map((file) => ({ file: `${folder}/${file}`, source: readFileSync(join(root, folder, file), 'utf8') })));

/** What changes an account, as it is called on `Memberships`. */
const changesAccount = /\bmemberships\b[^;]{0,40}\.(handle|bringUpToDate|note|reapplyPurge)\(/i;

const whoever = (does: RegExp): readonly string[] => sources.filter(({ source }) => does.test(source)).map(({ file }) => file);

describe('one way in', () => {
  it('no app changes an account but by a command', () => {
    expect(whoever(changesAccount).filter((file) => file.startsWith('apps/'))).toEqual([]);
  });

  it('the core decides for the bus, in one place', () => {
    expect(whoever(/\bmemberships\.handle\(/)).toEqual(['libs/application/src/commands.ts']);
  });

  it('handlers of routes reach the bus by @Execute alone, which holds the route to the codes', () => {
    expect(whoever(/\bCommandBus\b/).filter((file) => file.startsWith('apps/api/') && file.endsWith('.controller.ts'))).toEqual([]);
  });

  it('a route that would change something itself is seen', () => {
    expect(changesAccount.test('await this.memberships.bringUpToDate(accountId, metadata)')).toBe(true);
    expect(changesAccount.test('app.get(Memberships).handle(accountId, command, metadata)')).toBe(true);
    expect(changesAccount.test('await this.memberships.read(accountId)')).toBe(false);
  });
});
