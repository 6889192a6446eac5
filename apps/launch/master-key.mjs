// The master key of an embedded start: made once, kept beside the data.
import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file that holds 32 random bytes in base64, readable by its owner only. */
export function masterKeyFile(dataDir) {
  const file = join(dataDir, 'master.key');
  if (!existsSync(file)) {
    writeFileSync(`${file}.new`, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return file;
}
