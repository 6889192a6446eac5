// Where the master keys come from: a variable, a file, or a command such as a key-management service's own client. Exactly one of them.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { advice, keyLength, MasterKeyError, MasterKeys } from './master-keys.js';

type Environment = Readonly<Record<string, string | undefined>>;

interface Limits {
  /** Milliseconds; a service that has to wait longer for its keys should not start. */
  readonly commandLimitMs: number;
}

const sources: Readonly<Record<string, (value: string, limits: Limits) => string>> = {
  SUNSET_MASTER_KEY: (value) => value,
  SUNSET_MASTER_KEY_FILE: readKeyFile,
  SUNSET_MASTER_KEY_COMMAND: run,
};
const outputLimit = 65_536;

/**
 * One or more base64 keys of 32 bytes, separated by white space or commas, the current one first: from `SUNSET_MASTER_KEY`, from the file
 * that `SUNSET_MASTER_KEY_FILE` names, or from what the command of `SUNSET_MASTER_KEY_COMMAND` prints, which is run once for each call.
 * Throws {@link MasterKeyError}, which names the variable and never shows a key, the command, or what it printed; also for a key that is not random.
 */
export function masterKeysFrom(env: Environment, limits: Limits = { commandLimitMs: 30_000 }): MasterKeys {
  const [chosen, ...more] = Object.entries(sources).filter(([name]) => env[name]);
  if (!chosen) throw new MasterKeyError(`none of ${listed(Object.keys(sources))} is set. ${advice}`);
  const [source, read] = chosen;
  if (more.length > 0) throw new MasterKeyError(`${listed([source, ...more.map(([name]) => name)])} are set: keep one`);
  const words = read(env[source] ?? '', limits).split(/[\s,]+/).filter((word) => word !== '');
  if (words.length === 0) throw new MasterKeyError(`${source} gives no key. ${advice}`);
  return new MasterKeys(words.map((word, index) => parse(word, `key ${index + 1} of ${source}`)));
}

/** Whether the environment says where master keys are. */
export const saysMasterKeys = (env: Environment): boolean => Object.keys(sources).some((name) => env[name]);

const listed = (some: readonly string[]): string => `${some.slice(0, -1).join(', ')} and ${some.at(-1)}`;

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new MasterKeyError(`SUNSET_MASTER_KEY_FILE cannot be read: ${(error as Error).message}`);
  }
}

/** No shell reads the command, and nobody else what it says: what a client complains of may hold what it was given. */
function run(command: string, { commandLimitMs }: Limits): string {
  const [program, ...args] = wordsOf(command);
  if (!program) throw new MasterKeyError('SUNSET_MASTER_KEY_COMMAND names no program');
  const { error, status, signal, stdout } = spawnSync(program, args, {
    stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8', timeout: commandLimitMs, killSignal: 'SIGKILL', maxBuffer: outputLimit,
  });
  if (error) throw new MasterKeyError(`the command of SUNSET_MASTER_KEY_COMMAND ${failures[codeOf(error)] ?? `cannot be run: ${codeOf(error)}`}`);
  if (status !== 0) throw new MasterKeyError(`the command of SUNSET_MASTER_KEY_COMMAND ended with ${signal ?? `status ${status}`}: run it by hand to see why`);
  return stdout;
}

const failures: Readonly<Record<string, string>> = {
  ENOENT: 'was not found',
  EACCES: 'may not be run',
  ETIMEDOUT: 'took too long',
  ENOBUFS: `printed more than ${outputLimit} bytes`,
};

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : error.name);

/** Words between white space; or a JSON list of words, where a word holds white space or a shell is wanted. */
function wordsOf(command: string): readonly string[] {
  if (!command.trim().startsWith('[')) return command.split(/\s+/).filter((word) => word !== '');
  const words = parsed(command);
  if (Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === 'string')) return words;
  throw new MasterKeyError('SUNSET_MASTER_KEY_COMMAND begins with [ and is no JSON list of words');
}

/** The platform's own message would quote the command. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parse(word: string, where: string): Buffer {
  const key = Buffer.from(word, 'base64');
  if (key.toString('base64').replace(/=+$/, '') !== word.replace(/=+$/, '')) throw new MasterKeyError(`${where} is not base64. ${advice}`);
  if (key.length !== keyLength) throw new MasterKeyError(`${where} has ${key.length} bytes instead of ${keyLength}. ${advice}`);
  const fault = notRandom(key);
  if (fault) throw new MasterKeyError(`${where} is not random: ${fault}. ${advice}`);
  return key;
}

/** Of 32 random bytes 30 differ on average; that so few do happens to one key in 10^13. */
const differentLeast = 17;

/** Why nobody drew it by lot; of a random key `null`. What is random to look at, such as the hash of a word, is not found out. */
function notRandom(key: Buffer): string | null {
  const bytes = new Set(key).size;
  if (bytes < differentLeast) return `it has ${bytes} different bytes`;
  const steps = new Set([...key.subarray(1)].map((byte, index) => (byte - key[index]! + 256) % 256)).size;
  if (steps < differentLeast) return `its bytes follow each other in ${steps} different steps`;
  return key.every((byte) => byte >= 0x20 && byte <= 0x7e) ? 'it is text' : null;
}
