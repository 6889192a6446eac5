// `npm run rotate-master-key`: puts a new master key in front of those in the key file, and says what is to be done next.
import { randomBytes } from 'node:crypto';
import { chownSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { takesNoArguments } from './arguments.mjs';
import { dataFolder } from './programs.mjs';

takesNoArguments(`npm run rotate-master-key

Puts a new master key in front of those in the key file: SUNSET_MASTER_KEY_FILE, or master.key in DATA_DIR. It only ever adds a key; what is to be done next
is told afterwards.`);

const elsewhere = ['SUNSET_MASTER_KEY', 'SUNSET_MASTER_KEY_COMMAND'].find((name) => process.env[name]);
const file = process.env.SUNSET_MASTER_KEY_FILE || join(dataFolder(), 'master.key');

function refuse(status, message) {
  console.error(message);
  process.exit(status);
}

/** Appears whole or not at all, and outlasts a loss of power: without its keys everything personal is lost. */
function putInFront(path, key) {
  const draft = `${path}.new`;
  let descriptor;
  try {
    // Made before the file is read: of two rotations at once the second one stops here, and neither key is lost.
    descriptor = openSync(draft, 'wx', 0o600);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    refuse(1, `${draft} is there: another rotation is under way, or was interrupted before it changed anything; then remove it`);
  }
  try {
    const older = readFileSync(path, 'utf8');
    writeSync(descriptor, `${key}\n${older}`);
    fsyncSync(descriptor);
    const { uid, gid } = statSync(path);
    if (process.getuid() === 0) chownSync(draft, uid, gid);
    renameSync(draft, path);
    return older.split(/[\s,]+/).filter((word) => word !== '').length;
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function syncFolder(folder) {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

if (elsewhere) refuse(2, `the master keys come from ${elsewhere}: put a new one (openssl rand -base64 32) in front of them there, restart every service, then: npm run rewrap`);
if (!existsSync(file)) refuse(1, `there is no master key ${file}; say DATA_DIR, or SUNSET_MASTER_KEY_FILE`);

const path = realpathSync(file);
const older = putInFront(path, randomBytes(32).toString('base64'));
syncFolder(dirname(path));
console.log(`A new master key stands in front of ${older} older in ${file}. No older one may be removed yet. Now:

1. Keep a copy of the file somewhere else.
2. Restart every service, so that each knows all keys. Until then one that was not restarted cannot read what one that was has sealed for a new account.
3. npm run rewrap`);
