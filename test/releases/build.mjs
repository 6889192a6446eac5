// Other releases of the service, each built in a folder of its own: the one before this one, and one that this one cannot know yet.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../apps/launch/dependencies.mjs';
import { run } from '../../apps/launch/processes.mjs';
import { changes, folder as changed } from './future.mjs';

/**
 * The release before this one: what landed before the work of today, "Call what waits for a second person by an id of its own". Everything that the schema has gained since is additive: tables, columns that are null or
 * have a default, and projections of a later version. To be raised with every release.
 */
export const previous = 'e652abb1ab74033b3976639dcc7461bb16bcfabf';

const releases = join(root, 'dist/releases');
const sources = ['apps', 'libs', 'clients', 'package.json', 'package-lock.json', '.swcrc', 'tsconfig.json', 'policy.example.yaml'];

/** Resolves with the folder of {@link previous}, built by itself; made once. */
export async function previousRelease({ say, signal }) {
  const folder = join(releases, previous.slice(0, 12));
  if (existsSync(join(folder, '.ready'))) return folder;
  say(`building the release before this one, ${previous.slice(0, 7)}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const archive = spawnSync('git', ['archive', '--format=tar', previous], { cwd: root, maxBuffer: 1 << 30 });
  if (archive.status !== 0) throw new Error(`the commit ${previous} is needed, in a clone with its history:\n${archive.stderr}`);
  shell('tar', ['-x', '-C', folder], { input: archive.stdout });
  await providePackages(folder, { say, signal });
  await compile(folder, signal);
  writeFileSync(join(folder, '.ready'), '');
  return folder;
}

/** Resolves with the folder of a build of these sources with {@link changes}. Made anew, from what is built already. */
export async function futureRelease({ say, signal }) {
  say('building a release from the future');
  const folder = join(releases, 'future');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'dist'), { recursive: true });
  // With their times, by which the build tells what has changed.
  shell('cp', ['-a', ...sources.map((path) => join(root, path)), folder]);
  shell('cp', ['-a', ...['.built', 'apps', 'libs', 'programs', 'web'].map((path) => join(root, 'dist', path)), join(folder, 'dist')]);
  for (const [what, file, from, to] of changes) {
    const path = join(folder, changed, file);
    const source = readFileSync(path, 'utf8');
    if (source.split(from).length !== 2) throw new Error(`${what}: ${file} does not contain once: ${from}`);
    writeFileSync(path, source.replace(from, () => to));
  }
  link(folder);
  await compile(folder, signal);
  return folder;
}

const compile = (folder, signal) => run('the build', process.execPath, [join(folder, 'apps/launch/compile.mjs')], { cwd: folder, signal, stdio: ['ignore', 'ignore', 'inherit'] });

const link = (folder) => symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));

/** The packages of today where the release asks for the same ones, else its own. */
async function providePackages(folder, { say, signal }) {
  const [asked, there] = [folder, root].map((of) => JSON.parse(readFileSync(join(of, 'package.json'), 'utf8')).dependencies);
  if (Object.entries(asked).every(([name, version]) => there[name] === version)) return link(folder);
  say('installing its packages');
  await run('npm ci', 'npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit'], { cwd: folder, signal, stdio: ['ignore', 'ignore', 'inherit'] });
}

function shell(command, args, { input } = {}) {
  const { status, stderr } = spawnSync(command, args, { input });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
}
