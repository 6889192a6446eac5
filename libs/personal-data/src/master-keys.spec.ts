// Where master keys come from, and how clearly it is said when they are wrong.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MasterKeyError, MasterKeys, masterKeysFrom } from './index.js';

const newer = randomBytes(32).toString('base64');
const older = randomBytes(32).toString('base64');
let folder: string;
const command = (script: string): string => JSON.stringify(['sh', '-c', script]);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'master-key-'));
  writeFileSync(join(folder, 'keys'), `${newer}\n${older}\n`);
  writeFileSync(join(folder, 'empty'), '\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('masterKeysFrom', () => {
  it.each([
    ['the variable', () => ({ SUNSET_MASTER_KEY: `${newer},${older}` })],
    ['the file', () => ({ SUNSET_MASTER_KEY_FILE: join(folder, 'keys') })],
    ['a command', () => ({ SUNSET_MASTER_KEY_COMMAND: `cat ${join(folder, 'keys')}` })],
    ['a command in words', () => ({ SUNSET_MASTER_KEY_COMMAND: JSON.stringify(['sh', '-c', `tr '\\n' ' ' < '${join(folder, 'keys')}'`]) })],
  ])('reads the current key and an older one from %s', (_, env) => {
    const keys = masterKeysFrom(env());
    const wrappedBefore = masterKeysFrom({ SUNSET_MASTER_KEY: older }).wrap(Buffer.from('data key'), 'context');
    expect(keys.unwrap(wrappedBefore, 'context').toString()).toBe('data key');
    const wrappedNow = keys.wrap(Buffer.from('data key'), 'context');
    expect(masterKeysFrom({ SUNSET_MASTER_KEY: newer }).unwrap(wrappedNow, 'context').toString()).toBe('data key');
  });

  it.each([
    ['nothing is set', () => ({}), 'none of SUNSET_MASTER_KEY, SUNSET_MASTER_KEY_FILE and SUNSET_MASTER_KEY_COMMAND is set'],
    ['two are set', () => ({ SUNSET_MASTER_KEY: newer, SUNSET_MASTER_KEY_FILE: 'x' }), 'SUNSET_MASTER_KEY and SUNSET_MASTER_KEY_FILE are set: keep one'],
    ['another two are set', () => ({ SUNSET_MASTER_KEY: newer, SUNSET_MASTER_KEY_COMMAND: 'x' }), 'SUNSET_MASTER_KEY and SUNSET_MASTER_KEY_COMMAND are set: keep one'],
    ['the file is missing', () => ({ SUNSET_MASTER_KEY_FILE: join(folder, 'missing') }), 'cannot be read: ENOENT'],
    ['the file is empty', () => ({ SUNSET_MASTER_KEY_FILE: join(folder, 'empty') }), 'SUNSET_MASTER_KEY_FILE gives no key'],
    ['there is no such command', () => ({ SUNSET_MASTER_KEY_COMMAND: join(folder, 'missing') }), 'SUNSET_MASTER_KEY_COMMAND was not found'],
    ['the command may not be run', () => ({ SUNSET_MASTER_KEY_COMMAND: join(folder, 'keys') }), 'SUNSET_MASTER_KEY_COMMAND may not be run'],
    ['the command fails', () => ({ SUNSET_MASTER_KEY_COMMAND: command('echo secret >&2; exit 3') }), 'SUNSET_MASTER_KEY_COMMAND ended with status 3'],
    ['the command is killed', () => ({ SUNSET_MASTER_KEY_COMMAND: command('kill -TERM $$') }), 'SUNSET_MASTER_KEY_COMMAND ended with SIGTERM'],
    ['the command prints nothing', () => ({ SUNSET_MASTER_KEY_COMMAND: 'true' }), 'SUNSET_MASTER_KEY_COMMAND gives no key'],
    ['the command prints no key', () => ({ SUNSET_MASTER_KEY_COMMAND: 'echo secret!' }), 'key 1 of SUNSET_MASTER_KEY_COMMAND is not base64'],
    ['the command does not stop printing', () => ({ SUNSET_MASTER_KEY_COMMAND: 'yes secret' }), 'SUNSET_MASTER_KEY_COMMAND printed more than 65536 bytes'],
    ['the command is blank', () => ({ SUNSET_MASTER_KEY_COMMAND: ' ' }), 'SUNSET_MASTER_KEY_COMMAND names no program'],
    ['its words are no list', () => ({ SUNSET_MASTER_KEY_COMMAND: '["secret"' }), 'SUNSET_MASTER_KEY_COMMAND begins with [ and is no JSON list of words'],
    ['it is not base64', () => ({ SUNSET_MASTER_KEY: 'secret!' }), 'key 1 of SUNSET_MASTER_KEY is not base64'],
    ['it is all zeros', () => ({ SUNSET_MASTER_KEY: Buffer.alloc(32).toString('base64') }), 'key 1 of SUNSET_MASTER_KEY is not random: it has 1 different bytes'],
    ['it repeats itself', () => ({ SUNSET_MASTER_KEY: `${newer} ${Buffer.alloc(32, '0123456789abcdef').toString('base64')}` }), 'key 2 of SUNSET_MASTER_KEY is not random: it has 16 different bytes'],
    ['it counts', () => ({ SUNSET_MASTER_KEY: Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64') }), 'key 1 of SUNSET_MASTER_KEY is not random: its bytes follow each other in 1 different steps'],
    ['it is written words', () => ({ SUNSET_MASTER_KEY: Buffer.from('The quick brown fox jumps, lazily').subarray(0, 32).toString('base64') }), 'key 1 of SUNSET_MASTER_KEY is not random: it is text'],
    ['it is too short', () => ({ SUNSET_MASTER_KEY: `${newer} c2hvcnQ=` }), 'key 2 of SUNSET_MASTER_KEY has 5 bytes instead of 32'],
  ])('is clear when %s', (_, env, message) => {
    expect(() => masterKeysFrom(env())).toThrow(MasterKeyError);
    expect(() => masterKeysFrom(env())).toThrow(message);
  });

  it('takes every key that is made as it is advised to', () => {
    for (let times = 2_000; times > 0; times -= 1) expect(() => masterKeysFrom({ SUNSET_MASTER_KEY: randomBytes(32).toString('base64') })).not.toThrow();
  });

  it('waits for a command only so long', () => {
    expect(() => masterKeysFrom({ SUNSET_MASTER_KEY_COMMAND: 'sleep 1000' }, { commandLimitMs: 200 })).toThrow('SUNSET_MASTER_KEY_COMMAND took too long');
  });

  it('gives the command to no shell', () => {
    const trace = join(folder, 'trace');
    expect(() => masterKeysFrom({ SUNSET_MASTER_KEY_COMMAND: `echo x; touch ${trace}` })).toThrow(MasterKeyError);
    expect(existsSync(trace)).toBe(false);
  });

  it('runs the command once', () => {
    const runs = join(folder, 'runs');
    const keys = masterKeysFrom({ SUNSET_MASTER_KEY_COMMAND: command(`echo run >> ${runs}; cat ${join(folder, 'keys')}`) });
    keys.unwrap(keys.wrap(Buffer.from('x'), ''), '');
    expect(readFileSync(runs, 'utf8')).toBe('run\n');
  });

  it('never shows in an error what a command was or said', () => {
    for (const said of ['echo secret; exit 1', 'echo secret >&2; exit 1', 'echo secret', 'yes secret']) {
      expect(() => masterKeysFrom({ SUNSET_MASTER_KEY_COMMAND: command(said) })).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') }));
    }
  });

  it('never shows a key in an error', () => {
    const truncated = newer.slice(0, 30);
    expect(() => masterKeysFrom({ SUNSET_MASTER_KEY: truncated })).toThrow(expect.objectContaining({ message: expect.not.stringContaining(truncated) }));
  });
});

describe('MasterKeys', () => {
  it('binds the context', () => {
    const keys = new MasterKeys([randomBytes(32)]);
    expect(() => keys.unwrap(keys.wrap(Buffer.from('x'), 'account 1'), 'account 2')).toThrow();
  });

  it('says which key is missing', () => {
    const wrapped = new MasterKeys([randomBytes(32)]).wrap(Buffer.from('x'), '');
    expect(() => new MasterKeys([randomBytes(32)]).unwrap(wrapped, '')).toThrow(/the master key [0-9a-f]{16} wrapped this and is not configured/);
  });
});
