// The README is true: what it says to run runs, twice in a row, and prints what it says; and its ten lines of TypeScript are those of the client.
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLimitMs, startRunning, newMasterKey, type Running } from '../end-to-end/running.js';
import { isPrinted, run, stepsOf } from './readme.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const masterKey = newMasterKey();

let running: Running;
let readme: string;
let folder: string;
beforeAll(async () => {
  running = await startRunning({ masterKey });
  readme = await readFile(join(root, 'README.md'), 'utf8');
  folder = await mkdtemp(join(tmpdir(), 'sunset-readme-'));
  for (const name of ['package.json', 'apps', 'dist', 'node_modules']) await symlink(join(root, name), join(folder, name));
}, startLimitMs);

afterAll(async () => {
  await running.stop();
  await rm(folder, { recursive: true });
}, startLimitMs);

describe('the README', () => {
  it.each(['once', 'and again'])('prints what it says, %s', async () => {
    const steps = stepsOf(readme, '## A first cancellation');
    const { service, databaseUrl } = running;
    const environment = { ...process.env, DATABASE_URL: databaseUrl, SUNSET_MASTER_KEY: masterKey, SUNSET_MASTER_KEY_FILE: '', DATA_DIR: folder };
    const outputs = await run(steps, folder, environment, (script) => script.replace('base=http://127.0.0.1:3000/v1', `base=${service.base}/v1`));
    expect(steps.length).toBeGreaterThan(6);
    for (const [index, { printed }] of steps.entries()) {
      if (printed !== null && !isPrinted(printed, outputs[index]!)) expect(outputs[index]).toBe(printed);
    }
  }, startLimitMs);

  it('shows the lines of TypeScript that the client has for an example', async () => {
    expect(readme).toContain(await readFile(join(root, 'clients/typescript/examples/cancel.ts'), 'utf8'));
  });
});

describe('the comparison', () => {
  it.each([['{ "a": 1, … }', '{"a":1,"b":2}', true], ['{ "a": 1 }', '{"a":2}', false], ['one\ntwo', 'one\ntwo\nthree', false]])('%s of %s', (printed, output, so) => {
    expect(isPrinted(printed, output)).toBe(so);
  });
});
