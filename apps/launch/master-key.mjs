// The master key of an embedded start: made once, kept beside the data.
import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const sources = ['SUNSET_MASTER_KEY', 'SUNSET_MASTER_KEY_FILE', 'SUNSET_MASTER_KEY_COMMAND'];

/** What the environment lacks of master keys: nothing where it says where they are, else the data folder's own file, made if need be. */
export const masterKeySettings = (dataDir) => (sources.some((name) => process.env[name]) ? {} : { SUNSET_MASTER_KEY_FILE: masterKeyFile(dataDir) });

/** The file that holds 32 random bytes in base64, readable by its owner only. */
function masterKeyFile(dataDir) {
  const file = join(dataDir, 'master.key');
  if (!existsSync(file)) {
    writeFileSync(`${file}.new`, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return file;
}
