// The issuer's absence is not ours for hours; it is asked early, at once where something is new, seldom where nothing is; and what it says is measured.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { silentLogger } from '#running';
import { eventually } from '../../../../test/support/eventually.js';
import { documentLimits, IssuerKeys, type KeyClock } from './issuer-keys.js';

class TestClock implements KeyClock {
  private at = 0;
  private sleepers: { readonly until: number; readonly wake: (value: unknown) => void }[] = [];

  now = (): number => this.at;

  sleep = (ms: number): Promise<unknown> => new Promise((wake) => {
    this.sleepers.push({ until: this.at + ms, wake });
    this.pass(0);
  });

  get sleeping(): number {
    return this.sleepers.length;
  }

  pass(ms: number): void {
    this.at += ms;
    for (const { wake } of this.sleepers.filter(({ until }) => until <= this.at)) wake(undefined);
    this.sleepers = this.sleepers.filter(({ until }) => until > this.at);
  }
}

const minute = 60_000;
const hour = 60 * minute;
let server: Server;
let issuer: string;
let jwk: JWK;
let other: JWK;
let clock: TestClock;
let published: readonly JWK[];
let said: string[];
/** Of the key set. */
let looks: number;
/** What is answered instead, by path; a number is a status. */
let instead: Record<string, number | string>;

beforeAll(async () => {
  [jwk, other] = (await Promise.all(['k', 'other'].map(async (kid) => ({ ...(await exportJWK((await generateKeyPair('ES256')).publicKey)), kid, alg: 'ES256' })))) as [JWK, JWK];
  server = createServer(({ url = '' }, response) => {
    if (url === '/keys') looks += 1;
    const answer = instead[url] ?? JSON.stringify(url === '/keys' ? { keys: published } : { issuer, jwks_uri: `${issuer}/keys` });
    if (typeof answer === 'number') response.writeHead(answer, { location: '/elsewhere' }).end();
    else response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  clock = new TestClock();
  published = [jwk];
  looks = 0;
  instead = {};
  said = [];
});

const say = (message: string): void => void said.push(message);
const fresh = (staleMs = 24 * hour): IssuerKeys => new IssuerKeys({ issuer, jwksUri: undefined, staleMs }, { ...silentLogger, warn: say, info: say }, clock);
/** Whether the key is found: that of the issuer's first, unless told. */
async function found(keys: IssuerKeys, kid = 'k'): Promise<boolean | string> {
  try {
    await keys.key({ alg: 'ES256', kid }, { payload: '', signature: '' });
    return true;
  } catch (error) {
    const { code, cause, message } = error as Error & { readonly code?: string; readonly cause?: Error };
    return code ?? cause?.message ?? message;
  }
}

describe('while the issuer is away', () => {
  it('known keys go on, for as many hours as are configured and not longer', async () => {
    const keys = fresh();
    expect(await found(keys)).toBe(true);
    instead = { '/keys': 500 };
    for (const passed of [11 * minute, hour, 10 * hour, 12 * hour]) {
      clock.pass(passed);
      expect(await found(keys)).toBe(true);
    }
    clock.pass(hour);
    expect(await found(keys)).toBe('/keys answered 500');
    instead = {};
    clock.pass(5_000);
    expect(await found(keys)).toBe(true);
    expect(said).toEqual([expect.stringContaining('cannot be had: those that are known go on'), expect.stringContaining('can be had again')]);
  });

  it('who has a known key does not wait again and again, and the issuer is asked every few seconds', async () => {
    const keys = fresh();
    await found(keys);
    instead = { '/keys': 500 };
    clock.pass(hour);
    for (let times = 20; times > 0; times -= 1) expect(await found(keys)).toBe(true);
    await eventually('that look has ended', () => said.length > 0, 120_000);
    expect(looks).toBe(2);
    clock.pass(5_000);
    expect(await found(keys)).toBe(true);
    await eventually('it is asked again', () => looks === 3, 120_000);
  });

  it('an unknown key is no proof of a forgery', async () => {
    const keys = fresh();
    await found(keys);
    instead = { '/keys': 500 };
    clock.pass(minute);
    expect(await found(keys, 'other')).toBe('/keys answered 500');
  });

  it('whoever comes first is told at once, and believed soon after it is back', async () => {
    instead = { '/.well-known/openid-configuration': 503 };
    const keys = fresh();
    for (let times = 3; times > 0; times -= 1) expect(await found(keys)).toBe('/.well-known/openid-configuration answered 503');
    instead = {};
    clock.pass(2_000);
    expect(await found(keys)).toBe(true);
  });
});

describe('keys that are used', () => {
  it('are asked for again before they run out, and nobody waits for it', async () => {
    const keys = fresh();
    await found(keys);
    clock.pass(5 * minute - 1);
    await found(keys);
    expect(looks).toBe(1);
    clock.pass(2);
    expect(await found(keys)).toBe(true);
    await eventually('they are asked for', () => looks === 2 && keys.ageSeconds === 0, 120_000);
  });

  it('do not count longer than the issuer lets them, where it can be asked', async () => {
    const keys = fresh();
    await found(keys);
    published = [other];
    clock.pass(10 * minute + 1);
    expect(await Promise.all([found(keys, 'other'), found(keys, 'other')])).toEqual([true, true]);
    const asked = found(keys);
    await eventually('one more look waits for its turn', () => clock.sleeping > 0, 120_000);
    clock.pass(5_000);
    expect(await asked).toBe('ERR_JWKS_NO_MATCHING_KEY');
  });
});

describe('a key that is not known', () => {
  it('is asked for at once', async () => {
    const keys = fresh();
    await found(keys);
    clock.pass(5_000);
    published = [jwk, other];
    expect(await found(keys, 'other')).toBe(true);
    expect(looks).toBe(2);
  });

  it('is asked for at most every few seconds where it does not exist, by all together, and known ones do not wait', async () => {
    const keys = fresh();
    await found(keys);
    for (const [wave, waitMs] of [1_000, 2_000, 4_000, 5_000, 5_000].entries()) {
      const forged = Promise.all(Array.from({ length: 50 }, (_, index) => found(keys, `forged-${wave}-${index}`)));
      await eventually('they wait', () => clock.sleeping === 1, 120_000);
      expect(await found(keys)).toBe(true);
      clock.pass(waitMs - 1);
      expect([clock.sleeping, looks]).toEqual([1, 1 + wave]);
      clock.pass(1);
      expect(new Set(await forged)).toEqual(new Set(['ERR_JWKS_NO_MATCHING_KEY']));
      expect(looks).toBe(2 + wave);
    }
  });
});

describe('what the issuer says', () => {
  const discovery = '/.well-known/openid-configuration';

  it.each<[string, string, () => number | string, string]>([
    ['of another issuer', discovery, () => JSON.stringify({ issuer: 'https://other.example', jwks_uri: `${issuer}/keys` }), 'discovery speaks of the issuer https://other.example, OIDC_ISSUER is'],
    ['of no issuer', discovery, () => JSON.stringify({ jwks_uri: `${issuer}/keys` }), 'discovery speaks of the issuer nobody'],
    ['of keys that are nowhere', discovery, () => JSON.stringify({ issuer }), 'discovery names no jwks_uri'],
    ['of keys in a file', discovery, () => JSON.stringify({ issuer, jwks_uri: 'file:///etc/passwd' }), 'discovery names a jwks_uri that is not https'],
    ['elsewhere', discovery, () => 302, 'fetch failed'],
    ['without end', discovery, () => JSON.stringify({ issuer, jwks_uri: `${issuer}/keys`, more: ' '.repeat(documentLimits.discoveryBytes) }), 'answered more than 65536 bytes'],
    ['as a text', discovery, () => '"keys"', 'discovery answered no object'],
    ['of no keys', '/keys', () => '{"keys":[]}', 'the key set holds no keys'],
    ['of keys that are none', '/keys', () => '{"keys":["k"]}', 'the key set holds no keys'],
    ['of keys without end', '/keys', () => JSON.stringify({ keys: [jwk], more: ' '.repeat(documentLimits.keySetBytes) }), 'answered more than 262144 bytes'],
    ['of very many keys', '/keys', () => JSON.stringify({ keys: Array.from({ length: documentLimits.keys + 1 }, (_, index) => ({ kty: 'EC', kid: String(index) })) }), 'the key set holds 101 keys'],
    ['in no JSON', '/keys', () => '<html>', 'Unexpected token'],
  ])('is not taken: %s; what is known goes on', async (_, path, answer, told) => {
    const keys = fresh();
    instead = { [path]: answer() };
    expect(await found(keys)).toContain(told);
    instead = {};
    clock.pass(5_000);
    expect(await found(keys)).toBe(true);
    instead = { [path]: answer() };
    clock.pass(11 * minute);
    expect(await found(keys)).toBe(true);
  });
});
