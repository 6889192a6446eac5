// The house inside libs/domain: a subject knows those below it and none above. Drawn as text, so that an arrow that runs back up is seen.
import { readFileSync, readdirSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../libs/domain/src/', import.meta.url));

/** From the ground up. `words`: what no subject owns. `told`: what can have happened, which every subject may hear of. `shapes`: what a subject is made of. */
const floors = ['words', 'told', 'shapes', 'account', 'operators', 'notices', 'subscriptions', 'charges', 'wallet', 'cancellation', 'numbers', 'ten-dlc', 'retention', 'returning', 'importing', 'membership'] as const;
type Floor = (typeof floors)[number];

type Imports = ReadonlyMap<string, readonly string[]>;

function importsOf(folder: string): Imports {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
  return new Map(files.filter((file) => file !== 'index.ts').map((file) => [file, relativeImports(file, readFileSync(join(folder, file), 'utf8'))]));
}

const relativeImports = (file: string, source: string): readonly string[] =>
  ts
    .preProcessFile(source, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.join(posix.dirname(file), name).replace(/\.js$/, '.ts'));

/** The declarations of events, and the words that they are written in. */
function told(imports: Imports): ReadonlySet<string> {
  const found = new Set<string>();
  const follow = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const next of imports.get(file) ?? []) follow(next);
  };
  for (const file of imports.keys()) if (/^(?!membership\/)[^/]+\/events\.ts$/.test(file)) follow(file);
  return found;
}

const shapes = ['subject.ts', 'consequence.ts', 'refusals.ts', 'facts.ts'];

function floorOf(file: string, events: ReadonlySet<string>): Floor {
  const [folder = ''] = file.split('/');
  if (shapes.includes(file)) return 'shapes';
  if (!file.includes('/')) return 'words';
  return events.has(file) ? 'told' : (folder as Floor);
}

interface Arrow {
  readonly from: Floor;
  readonly to: Floor;
  readonly file: string;
  readonly imported: string;
}

function arrows(imports: Imports): readonly Arrow[] {
  const events = told(imports);
  return [...imports].flatMap(([file, found]) => found.map((imported) => ({ from: floorOf(file, events), to: floorOf(imported, events), file, imported })));
}

const runsUp = ({ from, to }: Arrow): boolean => floors.indexOf(to) > floors.indexOf(from);

const drawing = (imports: Imports): string =>
  floors
    .toReversed()
    .map((floor) => {
      const below = new Set(arrows(imports).filter(({ from, to }) => from === floor && to !== floor).map(({ to }) => to));
      return `${floor.padEnd(14)}${floors.toReversed().filter((one) => below.has(one)).join(', ')}`.trimEnd();
    })
    .join('\n');

describe('the floors of libs/domain', () => {
  const imports = importsOf(root);

  it('are all there is', () => {
    const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(folders.toSorted()).toEqual(floors.filter((floor) => !['words', 'told', 'shapes'].includes(floor)).toSorted());
  });

  it('have no arrow that runs back up', () => {
    expect(arrows(imports).filter(runsUp)).toEqual([]);
  });

  it('are drawn: each with those that it imports', () => {
    expect(`\n${drawing(imports)}\n`).toBe(`
membership    importing, returning, retention, ten-dlc, numbers, cancellation, wallet, charges, subscriptions, notices, operators, account, shapes, told, words
importing     retention, cancellation, wallet, subscriptions, account, shapes, told, words
returning     retention, numbers, subscriptions, account, shapes, told
retention     ten-dlc, numbers, subscriptions, shapes, told, words
ten-dlc       numbers, subscriptions, operators, shapes, told, words
numbers       cancellation, wallet, subscriptions, operators, account, shapes, told, words
cancellation  wallet, subscriptions, account, shapes, told, words
wallet        charges, subscriptions, account, shapes, told
charges       subscriptions, account, shapes, told
subscriptions account, shapes, told, words
notices       account, shapes, told
operators     account, shapes, told
account       shapes, told, words
shapes        told, words
told          words
words
`);
  });

  it.each([
    ['a subject that imports the whole', { 'wallet/rules.ts': ['membership/state.ts'] }],
    ['a subject that imports one above it', { 'subscriptions/rules.ts': ['numbers/state.ts'] }],
    ['a shared word that imports a subject', { 'calendar.ts': ['account/state.ts'] }],
  ])('the checker objects to %s', (_, found) => {
    expect(arrows(new Map(Object.entries(found))).filter(runsUp)).toHaveLength(1);
  });

  it('and to nothing that goes down', () => {
    expect(arrows(new Map([['numbers/rules.ts', ['wallet/state.ts', 'retention/events.ts', 'calendar.ts']], ['retention/events.ts', []]])).filter(runsUp)).toEqual([]);
  });
});
