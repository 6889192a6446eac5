// Events are typed to their last reader, and the domain is read in small files; the checkers are shown what is forbidden.
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Source {
  readonly file: string;
  readonly text: string;
}

const sources: readonly Source[] = ['libs', 'apps'].flatMap((top) =>
  readdirSync(join(root, top), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ file: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') })));

const linesMost = 150;

const tooLong = ({ file, text }: Source): readonly string[] => (file.startsWith('libs/domain/') && text.trimEnd().split('\n').length > linesMost ? [file] : []);

/** Where a payload is read by a name in quotes, and where a type is asserted by way of `unknown` or `any`. */
function untyped({ file, text }: Source): readonly string[] {
  // Parsing everything takes long.
  if (!/data\??\.?\[['"`]|\bas (?:unknown|any)\b/.test(text)) return [];
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    if (!file.startsWith('libs/event-store/') && isQuotedRead(node)) found.push(`${file}: ${node.getText()}`);
    if (isDoubleAssertion(node)) found.push(`${file}: ${node.getText()}`);
    ts.forEachChild(node, look);
  };
  look(tree);
  return found;
}

const isQuotedRead = (node: ts.Node): boolean => ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression) && /(?:^|[.!])data!?$/.test(node.expression.getText());

const isDoubleAssertion = (node: ts.Node): boolean => {
  if (!ts.isAsExpression(node)) return false;
  const inner = ts.isParenthesizedExpression(node.expression) ? node.expression.expression : node.expression;
  return ts.isAsExpression(inner) && [ts.SyntaxKind.UnknownKeyword, ts.SyntaxKind.AnyKeyword].includes(inner.type.kind);
};

describe('the sources', () => {
  it('are found', () => {
    expect(sources.map(({ file }) => file)).toEqual(expect.arrayContaining(['libs/domain/src/membership/events.ts', 'apps/api/src/http/documents/openapi.ts']));
  });

  it('of the domain have at most 150 lines each', () => {
    expect(sources.flatMap(tooLong)).toEqual([]);
  });

  it('read no payload by a name in quotes, and assert no type by way of another', () => {
    expect(sources.flatMap(untyped)).toEqual([]);
  });
});

describe('the checker objects to', () => {
  it.each([
    ['a field in quotes', `const id = event.data['holdId'];`],
    ['a field of a payload that was taken out', `const id = data["holdId"] as string;`],
    ['a type by way of unknown', 'const event = recorded as unknown as MembershipEvent;'],
    ['the same in parentheses', 'const { e164 } = (recorded as unknown) as { e164: string };'],
    ['a type by way of any', 'const event = recorded as any as MembershipEvent;'],
  ])('%s', (_, text) => {
    expect(untyped({ file: 'libs/read-models/src/canary.ts', text })).toHaveLength(1);
  });

  it('a long file of the domain', () => {
    expect(tooLong({ file: 'libs/domain/src/canary.ts', text: 'x\n'.repeat(151) })).toHaveLength(1);
    expect(tooLong({ file: 'libs/domain/src/canary.ts', text: 'x\n'.repeat(150) })).toEqual([]);
  });

  it.each([
    ['a field by its declaration', 'const { holdId } = event.data; const told = data[field];'],
    ['a plain assertion', 'const row = JSON.parse(text) as Row;'],
    ['words in comments and texts', `// data['x'] as unknown as Y\nconst text = "data['x']";`],
  ])('nothing about %s', (_, text) => {
    expect(untyped({ file: 'libs/read-models/src/canary.ts', text })).toEqual([]);
  });
});
