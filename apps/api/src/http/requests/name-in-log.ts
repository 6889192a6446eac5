// What somebody is called in the log: an id may be a phone number or half an address, since the platform chooses it.
import type { KeyedHash } from '#personal-data';

/** Sixteen hexadecimal digits, always the same of one id, which nobody can make or undo who has the log alone; `undefined` while the key cannot be had. */
export type NameInLog = (id: string) => Promise<string | undefined>;

/** The key is asked for once. */
export function namesInLog(key: () => Promise<KeyedHash>): NameInLog {
  let known: Promise<KeyedHash> | undefined;
  return async (id) => {
    known ??= key();
    try {
      return (await known)(`name in log ${id}`).slice(0, 16);
    } catch {
      known = undefined;
      return undefined;
    }
  };
}
