// How Node reads a spec: TypeScript by swc with the settings of `.swcrc`, `#name` as the sources of `libs/name`, `@jest/globals` as those of the file that runs.
import { transformFile } from '@swc/core';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);
const { $schema: _schema, ...swcrc } = JSON.parse(readFileSync(new URL('.swcrc', root), 'utf8'));

export async function resolve(specifier, context, next) {
  if (specifier === '@jest/globals') return { url: new URL('globals.mjs', import.meta.url).href, shortCircuit: true };
  const source = sourceOf(specifier, context.parentURL ?? '');
  const found = source === null ? await next(specifier, context) : { url: source.href, shortCircuit: true };
  return { ...found, url: sameWorld(found.url, context.parentURL) };
}

/** The TypeScript that an import of ours means, or null. */
function sourceOf(specifier, importer) {
  if (importer === '' || importer.includes('/node_modules/')) return null;
  if (specifier.startsWith('#')) return new URL(`libs/${specifier.slice(1)}/src/index.ts`, root);
  if (!/^(file:|\.{1,2}\/)[^?]*\.js(\?|$)/.test(specifier)) return null;
  const source = new URL(specifier.replace(/\.js(?=\?|$)/, '.ts'), importer);
  return existsSync(source) ? source : null;
}

/** What is imported as `…?world=name` is loaded anew, and all that it imports with it: once for each name. */
function sameWorld(url, importer = '') {
  const world = /[?&]world=[^&]+/.exec(importer)?.[0].slice(1);
  return world === undefined || !url.startsWith('file:') || url.includes(world) ? url : `${url}?${world}`;
}

export async function load(url, context, next) {
  if (!new URL(url).pathname.endsWith('.ts')) return next(url, context);
  const { code } = await transformFile(fileURLToPath(url), { ...swcrc, swcrc: false, sourceMaps: 'inline' });
  return { format: 'module', source: code, shortCircuit: true };
}
