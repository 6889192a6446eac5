// Whose tokens are believed, and how everything else is turned away; and the sandbox key that several processes share.
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type GenerateKeyPairResult, type JWK, type JWTPayload } from 'jose';
import { silentLogger } from '#running';
import { eventually } from '../../../../test/support/eventually.js';
import { Problem } from '../http/problems/problems.js';
import { Sandbox } from './sandbox.js';
import { usualKeyClock } from './issuer-keys.js';
import { oidcIssuer, Tokens, type OidcSettings } from './tokens.js';

let server: Server;
let issuer: string;
let privateKey: CryptoKey;
let answering = true;
let published: JWK[];
let dataDir: string;

beforeAll(async () => {
  const pair = await generateKeyPair('ES256');
  privateKey = pair.privateKey;
  published = [await publicKey(pair, 'k')];
  server = createServer((request, response) => {
    response.statusCode = answering ? 200 : 500;
    response.end(JSON.stringify(request.url === '/keys' ? { keys: published } : { issuer, jwks_uri: `${issuer}/keys` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  dataDir = await mkdtemp(join(tmpdir(), 'sunset-tokens-'));
});
afterAll(async () => {
  server.close();
  await rm(dataDir, { recursive: true });
});

const settings = () => ({ issuer, audience: 'sunset', audienceClaim: 'aud', jwksUri: undefined, keysStaleMs: 86_400_000, roleClaim: 'roles', accountClaim: 'https://example.org/account' });
const tokens = (other: Partial<OidcSettings> = {}, clock = usualKeyClock) => new Tokens([oidcIssuer({ ...settings(), ...other }, silentLogger, clock)]);

const now = () => Math.floor(Date.now() / 1000);

const claims = (more: JWTPayload = {}): JWTPayload => ({ iss: issuer, aud: 'sunset', sub: 's', exp: now() + 60, roles: ['offline_access', 'operator'], ...more });

const sign = (payload: JWTPayload, key = privateKey, kid = 'k') => new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid }).sign(key);

async function refusal(authorization: string | undefined, verifier = tokens()): Promise<Problem> {
  const result = await verifier.verify(authorization).catch((error: unknown) => error);
  if (!(result instanceof Problem)) throw new Error(`was believed: ${JSON.stringify(result)}`);
  return result;
}

describe('a token that was believed', () => {
  /** Tokens of an issuer whose keys are counted each time one is asked for. */
  const counted = () => {
    const seen = { asked: 0 };
    const trusted = oidcIssuer(settings(), silentLogger);
    return { seen, verifier: new Tokens([{ ...trusted, key: (...asked) => { seen.asked += 1; return trusted.key(...asked); } }]) };
  };

  it('is not verified again with each request, and another one is', async () => {
    const { seen, verifier } = counted();
    const token = await sign(claims());
    for (let times = 3; times > 0; times -= 1) expect(await verifier.verify(`Bearer ${token}`)).toEqual({ role: 'operator', subject: 's' });
    expect(seen.asked).toBe(1);
    expect(await verifier.verify(`Bearer ${await sign(claims({ sub: 't' }))}`)).toMatchObject({ subject: 't' });
    expect(seen.asked).toBe(2);
    expect((await refusal(`Bearer ${token.slice(0, -4)}AAAA`, verifier)).code).toBe('unauthenticated');
  });

  it('is not believed beyond its end', async () => {
    const { verifier } = counted();
    const token = await sign(claims({ exp: now() - 28 }));
    await verifier.verify(`Bearer ${token}`);
    await eventually('it has expired', () => verifier.verify(`Bearer ${token}`).then(() => false, () => true));
    expect((await refusal(`Bearer ${token}`, verifier)).message).toBe('The token has expired.');
  });
});

describe('a token of the issuer', () => {
  it('is believed, with the keys found by discovery', async () => {
    expect(await tokens().verify(`Bearer ${await sign(claims())}`)).toEqual({ role: 'operator', subject: 's' });
    expect(await tokens().verify(`bearer ${await sign(claims({ roles: 'customer', 'https://example.org/account': 'a1' }))}`)).toEqual({ role: 'customer', subject: 's', accountId: 'a1' });
  });

  it.each<[string, () => Promise<string>]>([
    ['expired', () => sign(claims({ exp: now() - 60 }))],
    ['not valid yet', () => sign(claims({ nbf: now() + 60 }))],
    ['without an end', () => sign(claims({ exp: undefined }))],
    ['without a subject', () => sign(claims({ sub: undefined }))],
    ['of a subject that is a number', () => sign(claims({ sub: 5 as never }))],
    ['of a subject that is an object', () => sign(claims({ sub: { a: 1 } as never }))],
    ['of an empty subject', () => sign(claims({ sub: '' }))],
    ['of a subject that no database could keep', () => sign(claims({ sub: 'a\u0000b' }))],
    ['of a subject without an end', () => sign(claims({ sub: 's'.repeat(256) }))],
    ['for nobody', () => sign(claims({ aud: undefined }))],
    ['for somebody else', () => sign(claims({ aud: 'other' }))],
    ['of another issuer', () => sign(claims({ iss: 'https://example.org' }))],
    ['without a role', () => sign(claims({ roles: [] }))],
    ['with two roles', () => sign(claims({ roles: ['operator', 'service'] }))],
    ['of a customer without an account', () => sign(claims({ roles: 'customer' }))],
    ['of a customer with an account that is none', () => sign(claims({ roles: 'customer', 'https://example.org/account': 'a/b' }))],
    ['signed by another key', async () => sign(claims(), (await generateKeyPair('ES256')).privateKey)],
    ['not signed at all', () => Promise.resolve(new UnsecuredJWT(claims()).encode())],
    ['signed with a secret', () => new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'k' }).sign(new TextEncoder().encode('a secret of thirty-two characters'))],
    ['no token', () => Promise.resolve('abc')],
  ])('is refused if it is %s', async (_, make) => {
    const problem = await refusal(`Bearer ${await make()}`);
    expect(problem.code).toBe('unauthenticated');
    expect(problem.options.headers?.['www-authenticate']).toMatch(/^Bearer realm="sunset", error="invalid_token", error_description="[^"]+"$/);
  });

  it.each([undefined, 'Basic YTpi', 'Bearer', 'Bearer a b'])('must be there: %s', async (header) => {
    const problem = await refusal(header);
    expect([problem.code, problem.options.headers?.['www-authenticate']?.startsWith('Bearer realm="sunset"')]).toEqual(['unauthenticated', true]);
  });

  it('waits for keys that cannot be had, and is believed once they can', async () => {
    let now = 0;
    const verifier = tokens({}, { ...usualKeyClock, now: () => now });
    const header = `Bearer ${await sign(claims())}`;
    answering = false;
    expect((await refusal(header, verifier)).code).toBe('unavailable');
    answering = true;
    now += 5_000;
    expect(await verifier.verify(header)).toMatchObject({ role: 'operator' });
  });
});

async function publicKey({ publicKey }: GenerateKeyPairResult, kid: string): Promise<JWK> {
  return { ...(await exportJWK(publicKey)), kid, alg: 'ES256' };
}

describe('a key that the issuer has published meanwhile', () => {
  it('counts at the first token that names it', async () => {
    const verifier = tokens();
    await verifier.verify(`Bearer ${await sign(claims())}`);
    for (const kid of ['second', 'third']) {
      const pair = await generateKeyPair('ES256');
      const token = await sign(claims({ sub: kid }), pair.privateKey, kid);
      published = [await publicKey(pair, kid), ...published];
      expect(await verifier.verify(`Bearer ${token}`)).toMatchObject({ subject: kid });
    }
  });
});

describe('an issuer that words its claims otherwise', () => {
  it('nests the roles, as Keycloak does', async () => {
    const keycloak = { roleClaim: 'realm_access.roles', accountClaim: 'sunset.account' };
    const customer = claims({ roles: undefined, realm_access: { roles: ['offline_access', 'customer'] }, sunset: { account: 'a1' } });
    expect(await tokens(keycloak).verify(`Bearer ${await sign(customer)}`)).toEqual({ role: 'customer', subject: 's', accountId: 'a1' });
    for (const realm of [undefined, null, 'customer', { roles: { customer: true } }, ['customer']]) {
      expect((await refusal(`Bearer ${await sign({ ...customer, realm_access: realm })}`, tokens(keycloak))).options.detail).toContain('realm_access.roles');
    }
  });

  it('puts the audience elsewhere, as Cognito does', async () => {
    const cognito = { audienceClaim: 'client_id', roleClaim: 'cognito:groups' };
    const access = claims({ roles: undefined, aud: undefined, client_id: 'sunset', 'cognito:groups': ['service'] });
    expect(await tokens(cognito).verify(`Bearer ${await sign(access)}`)).toEqual({ role: 'service', subject: 's' });
    for (const other of [{ client_id: 'another' }, { client_id: undefined, aud: 'sunset' }]) {
      expect((await refusal(`Bearer ${await sign({ ...access, ...other })}`, tokens(cognito))).options.detail).toContain('client_id');
    }
  });
});

describe('the sandbox', () => {
  it('makes its key once, for its owner alone, whoever comes first', async () => {
    const sandboxes = await Promise.all(Array.from({ length: 8 }, () => Sandbox.open(dataDir)));
    const signed = await Promise.all(sandboxes.map((sandbox) => sandbox.sign({ role: 'customer', subject: 's', accountId: 'a1' })));
    const verifier = new Tokens([(await Sandbox.open(dataDir)).issuer]);
    for (const token of signed) expect(await verifier.verify(`Bearer ${token}`)).toEqual({ role: 'customer', subject: 's', accountId: 'a1' });
    expect(await readdir(dataDir)).toEqual(['sandbox-token-key.json']);
    expect((await stat(join(dataDir, 'sandbox-token-key.json'))).mode & 0o777).toBe(0o600);
  });

  it('is not believed outside the sandbox', async () => {
    const token = await (await Sandbox.open(dataDir)).sign({ role: 'operator', subject: 's' });
    expect((await refusal(`Bearer ${token}`)).code).toBe('unauthenticated');
  });
});
