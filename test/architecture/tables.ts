// Finds the tables that a source file names in its texts, and objects to those that are somebody else's.
import ts from 'typescript';
import { nameOthers, ownsTables } from './owns-tables.js';
import { isTest, rowOf } from './imports.js';

/** One sentence for each table of somebody else's that `source` names, which is found at `file` (a path from the repository's root). */
export function foreignTables(file: string, source: string): string[] {
  if (isTest(file)) return [];
  const row = rowOf(file);
  const own = [...(ownsTables[row] ?? []), ...(nameOthers[file]?.tables ?? [])];
  return tablesIn(file, source)
    .filter((table) => !isAmong(table, own))
    .map((table) => `${file}: ${table} is ${ownerOf(table) ?? 'nobody'}'s; what it says is a function or a named fragment of its owner`);
}

/** Each once. What is put together, as `sunset.${name}`, is `sunset.${…}`. */
export function tablesIn(file: string, source: string): string[] {
  if (!schemas.test(source)) return [];
  const found = textsOf(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true)).flatMap((text) => [...withoutNames(text).matchAll(table)].map(([name]) => name));
  return [...new Set(found)].sort();
}

/** `listed`: also functions, as `sunset.append_events()`, and whole schemas, as `analytics.*`. */
export const isAmong = (table: string, listed: readonly string[]): boolean =>
  [table, `${table}()`, ...(/\w$/.test(table) ? [`${table.split('.')[0]!}.*`] : [])].some((name) => listed.includes(name));

export const ownerOf = (table: string): string | undefined => Object.entries(ownsTables).find(([, tables]) => isAmong(table, tables))?.[0];

/**
 * The exported constants of a library's source that are fragments of SQL about its tables: a text, or a function that does nothing but put one
 * together.
 */
export function fragmentsIn(file: string, source: string): string[] {
  if (!schemas.test(source)) return [];
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  return tree.statements
    .filter(ts.isVariableStatement)
    .filter(({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .filter(({ initializer }) => initializer && isText(initializer) && textsOf(initializer).some((text) => withoutNames(text).search(table) >= 0))
    .map(({ name }) => name.getText());
}

/** Most files say nothing of any, and need not be read as a program. */
const schemas = /sunset|analytics|bullmq/;

/** A schema of ours and a name in it; the name may be put together, or be put behind it. */
const table = /\b(?:sunset|analytics|bullmq)\.(?:[a-z_]+\b(?!-)|\$\{…\}|$)/g;

/** Without quotes, and without names that are no tables: of settings and locks, quoted as values. A value that is cast to a table is one. */
const withoutNames = (text: string): string => text.replace(/'[\w.:-]*'(?!::reg)/g, `''`).replaceAll('"', '');

function isText(node: ts.Node): boolean {
  if (ts.isArrowFunction(node)) return isText(node.body);
  if (ts.isParenthesizedExpression(node)) return isText(node.expression);
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

/** Every text in it, comments left out; of one that is put together, `${…}` where something is put in. */
function textsOf(node: ts.Node): string[] {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return [];
  if (ts.isStringLiteralLike(node)) return [node.text];
  const texts: string[] = [];
  if (ts.isTemplateExpression(node)) texts.push(node.head.text + node.templateSpans.map(({ literal }) => `\${…}${literal.text}`).join(''));
  ts.forEachChild(node, (child) => {
    texts.push(...textsOf(child));
  });
  return texts;
}
