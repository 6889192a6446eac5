// Where master keys come from, and how clearly it is said when they are wrong.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MasterKeyError, MasterKeys, masterKeysFrom } from './index.js';

const newer = randomBytes(32).toString('base64');
const older = randomBytes(32).toString('base64');
let folder: string;

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
  ])('reads the current key and an older one from %s', (_, env) => {
    const keys = masterKeysFrom(env());
    const wrappedBefore = masterKeysFrom({ SUNSET_MASTER_KEY: older }).wrap(Buffer.from('data key'), 'context');
    expect(keys.unwrap(wrappedBefore, 'context').toString()).toBe('data key');
    const wrappedNow = keys.wrap(Buffer.from('data key'), 'context');
    expect(masterKeysFrom({ SUNSET_MASTER_KEY: newer }).unwrap(wrappedNow, 'context').toString()).toBe('data key');
  });

  it.each([
    ['nothing is set', () => ({}), 'SUNSET_MASTER_KEY is not set, nor is SUNSET_MASTER_KEY_FILE'],
    ['both are set', () => ({ SUNSET_MASTER_KEY: newer, SUNSET_MASTER_KEY_FILE: 'x' }), 'both set'],
    ['the file is missing', () => ({ SUNSET_MASTER_KEY_FILE: join(folder, 'missing') }), 'cannot be read: ENOENT'],
    ['the file is empty', () => ({ SUNSET_MASTER_KEY_FILE: join(folder, 'empty') }), 'is empty'],
    ['it is not base64', () => ({ SUNSET_MASTER_KEY: 'secret!' }), 'key 1 of SUNSET_MASTER_KEY is not base64'],
    ['it is too short', () => ({ SUNSET_MASTER_KEY: `${newer} c2hvcnQ=` }), 'key 2 of SUNSET_MASTER_KEY has 5 bytes instead of 32'],
  ])('is clear when %s', (_, env, message) => {
    expect(() => masterKeysFrom(env())).toThrow(MasterKeyError);
    expect(() => masterKeysFrom(env())).toThrow(message);
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
