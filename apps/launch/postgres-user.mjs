// Who runs PostgreSQL, which refuses root, and how that user reaches a folder that lies below private ones.
import { spawnSync } from 'node:child_process';
import { chownSync, closeSync, existsSync, openSync, statSync } from 'node:fs';

const isRoot = () => process.getuid?.() === 0;

const numberOf = (flag, name) => {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : undefined;
};

/** `{}` for ourselves, or `{ uid, gid }` of the user that owns the cluster, else of `postgres`, else of `nobody`. */
export function serverUser(clusterFolder) {
  const owner = existsSync(clusterFolder) ? statSync(clusterFolder) : undefined;
  if (!isRoot()) {
    if (owner && owner.uid !== process.getuid?.()) {
      throw new Error(`${clusterFolder} belongs to user ${owner.uid}: start as that user or as root, or choose another DATA_DIR`);
    }
    return {};
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of ['postgres', 'nobody']) {
    const uid = numberOf('-u', name);
    const gid = numberOf('-g', name);
    if (uid && gid !== undefined) return { uid, gid };
  }
  throw new Error('PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody": start as an ordinary user or set DATABASE_URL');
}

export const giveTo = (user, path) => user.uid !== undefined && chownSync(path, user.uid, user.gid);

const canEnter = (user, folder) => spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;

/**
 * Calls `start` with a path of `folder` that the user can follow, and the descriptors that the program must be given from number 4 on.
 * Folders above may be closed to the user: the folder is opened while we are still root, and /proc/self/fd/4 leads to it without
 * asking the folders above again. No foreign folder is opened wider, and the data stays in DATA_DIR.
 */
export function within(user, folder, start) {
  if (user.uid === undefined || canEnter(user, folder)) return start(folder, []);
  if (!existsSync('/proc/self/fd')) {
    throw new Error(`${folder} cannot be reached by user ${user.uid}, as which PostgreSQL runs: choose another DATA_DIR or set DATABASE_URL`);
  }
  const descriptor = openSync(folder, 'r');
  try {
    return start('/proc/self/fd/4', [descriptor]);
  } finally {
    closeSync(descriptor);
  }
}
