// The rooms of apps/api: a folder may be used by another only if it does not use that one, on whatever way round.
import { readFileSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { isTest } from './imports.js';

const root = fileURLToPath(new URL('../../apps/api/src/', import.meta.url));

type Uses = ReadonlyMap<string, ReadonlySet<string>>;

/** By room, which is a folder: the rooms that its files import, be it types alone. */
function usesOf(files: readonly { readonly file: string; readonly source: string }[]): Uses {
  const uses = new Map<string, Set<string>>();
  for (const { file, source } of files) {
    const room = posix.dirname(file);
    const used = uses.get(room) ?? new Set<string>();
    uses.set(room, used);
    for (const { fileName } of ts.preProcessFile(source, true, true).importedFiles) {
      const other = posix.dirname(posix.join(room, fileName));
      if (fileName.startsWith('.') && other !== room) used.add(other);
    }
  }
  return uses;
}

/** A way that leads back to where it begins; `null`: there is none. */
function circleIn(uses: Uses): string | null {
  const left = new Set<string>();
  const follow = (room: string, way: readonly string[]): string | null => {
    if (way.includes(room)) return [...way.slice(way.indexOf(room)), room].join(' -> ');
    if (left.has(room)) return null;
    for (const next of uses.get(room) ?? []) {
      const circle = follow(next, [...way, room]);
      if (circle !== null) return circle;
    }
    left.add(room);
    return null;
  };
  for (const room of uses.keys()) {
    const circle = follow(room, []);
    if (circle !== null) return circle;
  }
  return null;
}

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !isTest(file))
  .map((file) => ({ file, source: readFileSync(join(root, file), 'utf8') }));

describe('the rooms of apps/api', () => {
  const uses = usesOf(files);

  it('are found with what they use', () => {
    expect([...uses.keys()]).toEqual(expect.arrayContaining(['.', 'auth', 'http/answers', 'http/server', 'wallet']));
    expect(uses.get('auth')).toContain('http/problems');
  });

  it('have no circle', () => {
    expect(circleIn(uses)).toBeNull();
  });

  it('are on one of two sides: what every route stands on knows no resource', () => {
    const foundation = [...uses].filter(([room]) => room.startsWith('http/') || room === 'auth' || room === 'keys');
    expect(foundation.flatMap(([room, used]) => [...used].filter((other) => !/^(http\/.*|auth|keys)$/.test(other)).map((other) => `${room} -> ${other}`))).toEqual([]);
  });

  it.each([
    ['two rooms that use each other', { 'auth/a.ts': "import { b } from '../http/b.js';", 'http/b.ts': "import type { A } from '../auth/other.js';" }, 'auth -> http -> auth'],
    ['a circle of three', { 'a/a.ts': "import '../b/b.js';", 'b/b.ts': "export * from '../c/c.js';", 'c/c.ts': "import '../a/a.js';" }, 'a -> b -> c -> a'],
    ['no room that only is used', { 'a/a.ts': "import '../b/b.js'; import '../c/c.js';", 'b/b.ts': "import '../c/c.js';", 'c/c.ts': "import './d.js';" }, null],
  ])('the checker objects to %s', (_, found, circle) => {
    expect(circleIn(usesOf(Object.entries(found).map(([file, source]) => ({ file, source }))))).toBe(circle);
  });
});
