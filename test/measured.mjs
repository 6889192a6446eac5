// What `npm run bench` and `npm run attack` begin with: their programs compiled, and a PostgreSQL of their own.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformFile } from '@swc/core';
import { root } from '../apps/launch/dependencies.mjs';
import { providePostgres } from '../apps/launch/postgres.mjs';

/** Folders of `test` into folders of `dist`, from where programs find the built libraries under their names, and what they import from other folders beside their own. */
export async function compile(...folders) {
  const settings = JSON.parse(await readFile(join(root, '.swcrc'), 'utf8'));
  for (const folder of folders) {
    const compiled = join(root, 'dist', folder);
    rmSync(compiled, { recursive: true, force: true });
    mkdirSync(compiled, { recursive: true });
    for (const file of readdirSync(join(root, 'test', folder)).filter((name) => name.endsWith('.ts'))) {
      const { code } = await transformFile(join(root, 'test', folder, file), { ...settings, swcrc: false, sourceMaps: 'inline' });
      writeFileSync(join(compiled, file.replace(/\.ts$/, '.js')), code);
    }
  }
}

/** Durable as in production: a commit that was answered lasts. */
export async function durableDatabase({ say, signal, cleanups }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'sunset-measured-'));
  cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const { url, stop } = await providePostgres({ dataDir, database: 'postgres', say, signal });
  cleanups.push(stop);
  return url;
}
