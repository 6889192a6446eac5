// Which carrier the environment names, and what is said when it cannot be made.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { carrierFrom, carrierNameFrom, CarrierNotConfigured, type Environment, type ListingCarrier } from '#carriers';
import { allowing, release } from './rigs.js';
import { TelnyxStub } from './telnyx-stub.js';

const sandbox = { name: 'sandbox' } as ListingCarrier;
const from = (env: Environment): Promise<ListingCarrier> => carrierFrom(env, () => sandbox);
const mistakes = async (env: Environment): Promise<readonly string[]> => {
  try {
    await from(env);
    return [];
  } catch (error) {
    if (error instanceof CarrierNotConfigured) return error.mistakes;
    throw error;
  }
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'carriers-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

it.each([{ SANDBOX: 'true' }, { SANDBOX: 'true', CARRIER: '' }, { CARRIER: 'sandbox' }])('is the sandbox by %j', async (env) => {
  expect(await from(env)).toBe(sandbox);
  expect(carrierNameFrom(env)).toBe('sandbox');
});

it.each([
  ['twilio', { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 't' }],
  ['telnyx', { TELNYX_API_KEY: 'KEY' }],
  ['bandwidth', { BANDWIDTH_ACCOUNT_ID: '1', BANDWIDTH_USERNAME: 'u', BANDWIDTH_PASSWORD: 'p' }],
])('is %s', async (name, env) => {
  expect((await from({ CARRIER: name, ...env })).name).toBe(name);
  expect(carrierNameFrom({ CARRIER: name })).toBe(name);
});

describe('says everything that is wrong at once', () => {
  it.each<[Environment, string[]]>([
    [{}, ['CARRIER is missing, one of sandbox, twilio, telnyx, bandwidth; only with SANDBOX=true it need not be said']],
    [{ CARRIER: '', SANDBOX: 'false' }, ['CARRIER is missing, one of sandbox, twilio, telnyx, bandwidth; only with SANDBOX=true it need not be said']],
    [{ CARRIER: 'vonage', SANDBOX: 'true' }, ['CARRIER is one of sandbox, twilio, telnyx, bandwidth']],
    [{ CARRIER: 'constructor' }, ['CARRIER is one of sandbox, twilio, telnyx, bandwidth']],
    [{ CARRIER: 'twilio' }, ['TWILIO_ACCOUNT_SID or TWILIO_ACCOUNT_SID_FILE is missing', 'TWILIO_AUTH_TOKEN or TWILIO_AUTH_TOKEN_FILE is missing']],
    [{ CARRIER: 'twilio', TWILIO_ACCOUNT_SID: 'SK1', TWILIO_AUTH_TOKEN: 'a b' }, ['TWILIO_ACCOUNT_SID is malformed', 'TWILIO_AUTH_TOKEN is malformed']],
    [{ CARRIER: 'telnyx', TELNYX_BASE_URL: 'ftp://x' }, ['TELNYX_API_KEY or TELNYX_API_KEY_FILE is missing', 'TELNYX_BASE_URL is no http(s) URL without credentials, query and fragment']],
    [{ CARRIER: 'telnyx', TELNYX_API_KEY: 'k', TELNYX_BASE_URL: 'https://u:p@x/v2' }, ['TELNYX_BASE_URL is no http(s) URL without credentials, query and fragment']],
    [{ CARRIER: 'telnyx', TELNYX_API_KEY: 'k', CARRIER_TIMEOUT_MS: '0' }, ['CARRIER_TIMEOUT_MS is no whole number from 1 to 120000']],
    [{ CARRIER: 'telnyx', TELNYX_API_KEY: 'k', TELNYX_API_KEY_FILE: '/x' }, ['TELNYX_API_KEY and TELNYX_API_KEY_FILE are both given']],
    [{ CARRIER: 'telnyx', TELNYX_API_KEY_FILE: '/does/not/exist' }, ['TELNYX_API_KEY_FILE cannot be read (ENOENT)']],
    [
      { CARRIER: 'bandwidth', BANDWIDTH_ACCOUNT_ID: '../1' },
      ['BANDWIDTH_ACCOUNT_ID is malformed', 'BANDWIDTH_USERNAME or BANDWIDTH_USERNAME_FILE is missing', 'BANDWIDTH_PASSWORD or BANDWIDTH_PASSWORD_FILE is missing'],
    ],
  ])('%j', async (env, expected) => {
    expect(await mistakes(env)).toEqual(expected);
  });

  it('and never a value', async () => {
    expect((await mistakes({ CARRIER: 'telnyx', TELNYX_API_KEY: 'top secret' })).join()).not.toContain('secret');
  });

  it('of an empty file, too', async () => {
    expect(await mistakes({ CARRIER: 'telnyx', TELNYX_API_KEY_FILE: file('empty', '\n') })).toEqual(['TELNYX_API_KEY or TELNYX_API_KEY_FILE is missing']);
  });
});

it('is passed on to the worker of the compose file, every variable of it', () => {
  const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const variables = new Set(`${textOf('libs/carriers/src/configuration.ts')}${textOf('libs/carriers/src/variables.ts')}`.match(/\b(?:CARRIER|TWILIO|TELNYX|BANDWIDTH)(?:_[A-Z]+)*\b/g));
  expect(variables.size).toBe(13);
  const [, worker = ''] = textOf('docker/compose.yaml').split(/^ {2}worker:$/m);
  variables.delete('CARRIER');
  for (const name of variables) expect(worker).toContain(`\n      ${name}: \${${name}:-}\n`);
  expect(textOf('docker/compose.yaml')).toContain('\n    CARRIER: ${CARRIER:?');
});

it('is passed on to the API of the compose file, every key of what carriers call back with', () => {
  const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const variables = new Set(textOf('libs/carriers/src/callbacks.ts').match(/\b(?:TWILIO|TELNYX|BANDWIDTH)(?:_[A-Z]+)+\b/g));
  expect(variables.size).toBe(4);
  const [, api = ''] = textOf('docker/compose.yaml').split(/^ {2}(?:api|worker):$/m);
  for (const name of variables) expect(api).toContain(`\n      ${name}: \${${name}:-}\n`);
});

it('takes a credential from a file, without the line end after it', async () => {
  const stub = await new TelnyxStub().start();
  try {
    const carrier = await from({ CARRIER: 'telnyx', TELNYX_API_KEY_FILE: file('key', `${stub.apiKey}\n`), TELNYX_BASE_URL: `${stub.url}/v2/` });
    const [report] = await carrier.releaseNumbers([release('+15005550001', stub.addNumber('+15005550001'))], allowing);
    expect(report).toMatchObject({ outcome: 'in-progress' });
  } finally {
    await stub.stop();
  }
});
