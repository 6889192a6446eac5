// Finds the imports of a source file that the table does not allow.
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';
import { mayImport, ownTestsMayImport, testsMayImport } from './may-import.js';

const table: Readonly<Record<string, readonly string[]>> = mayImport;

/** One sentence for each forbidden import of `source`, which is found at `file` (a path from the repository's root). */
export function forbiddenImports(file: string, source: string): string[] {
  const row = rowOf(file);
  const allowed = table[row];
  if (allowed === undefined) return [`${file}: ${row} has no row in test/architecture/may-import.ts`];
  const everything = isTest(file) ? [...allowed, ...testsMayImport, ...(ownTestsMayImport[row] ?? [])] : allowed;
  return ts
    .preProcessFile(source, true, true)
    .importedFiles.map(({ fileName }) => objection(file, row, fileName, everything))
    .filter((sentence) => sentence !== undefined)
    .map((sentence) => `${file}: ${sentence}`);
}

function objection(file: string, row: string, specifier: string, allowed: readonly string[]): string | undefined {
  if (specifier.startsWith('.')) return relativeObjection(file, row, specifier, allowed);
  if (specifier.startsWith('#')) {
    const name = specifier.slice(1);
    if (name.includes('/')) return `'${specifier}' goes past the front door`;
    if (`libs/${name}` === row) return `'${specifier}' is the library itself; import the file`;
    return allowed.includes(`libs/${name}`) ? undefined : `${row} may not import '${specifier}'`;
  }
  if (specifier.startsWith('node:')) return allowed.includes('node') ? undefined : `${row} may not import '${specifier}'`;
  if (isBuiltin(specifier)) return `'${specifier}' is written 'node:${specifier}'`;
  return allowed.includes(packageOf(specifier)) ? undefined : `${row} may not import '${specifier}'`;
}

function relativeObjection(file: string, row: string, specifier: string, allowed: readonly string[]): string | undefined {
  if (!/\.(m?js|css|po)$/.test(specifier)) return `'${specifier}' does not end in .js`;
  const target = rowOf(posix.join(posix.dirname(file), specifier));
  if (target === row) return undefined;
  if (target.startsWith('libs/')) return `'${specifier}' goes past the front door of ${target}`;
  return allowed.includes(target) ? undefined : `${row} may not import '${specifier}'`;
}

/** What of its row a source file makes use of. */
export function usedBy(file: string, source: string): string[] {
  return ts.preProcessFile(source, true, true).importedFiles.map(({ fileName }) => {
    if (fileName.startsWith('.')) return rowOf(posix.join(posix.dirname(file), fileName));
    if (fileName.startsWith('#')) return `libs/${fileName.slice(1)}`;
    return fileName.startsWith('node:') ? 'node' : packageOf(fileName);
  });
}

export const rowOf = (path: string): string => path.split('/').slice(0, 2).join('/');

const packageOf = (specifier: string): string => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');

/** Specs, and what lies in a `test` folder beside them. */
export const isTest = (file: string): boolean => file.endsWith('.spec.ts') || file.split('/').includes('test');
