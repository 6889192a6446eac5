// Whose tokens are believed, and how everything else is turned away; and the sandbox key that several processes share.
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWTPayload } from 'jose';
import { Problem } from '../http/problems.js';
import { Sandbox } from './sandbox.js';
import { oidcIssuer, Tokens } from './tokens.js';

let server: Server;
let issuer: string;
let privateKey: CryptoKey;
let answering = true;
let dataDir: string;

beforeAll(async () => {
  const pair = await generateKeyPair('ES256');
  privateKey = pair.privateKey;
  const keys = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'ES256' }] };
  server = createServer((request, response) => {
    response.statusCode = answering ? 200 : 500;
    response.end(JSON.stringify(request.url === '/keys' ? keys : { jwks_uri: `${issuer}/keys` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  dataDir = await mkdtemp(join(tmpdir(), 'sunset-tokens-'));
});
afterAll(async () => {
  server.close();
  await rm(dataDir, { recursive: true });
});

const tokens = () => new Tokens([oidcIssuer({ issuer, audience: 'sunset', jwksUri: undefined, roleClaim: 'roles', accountClaim: 'https://example.org/account' })]);

const now = () => Math.floor(Date.now() / 1000);

const claims = (more: JWTPayload = {}): JWTPayload => ({ iss: issuer, aud: 'sunset', sub: 's', exp: now() + 60, roles: ['offline_access', 'operator'], ...more });

const sign = (payload: JWTPayload, key = privateKey, alg = 'ES256') => new SignJWT(payload).setProtectedHeader({ alg, kid: 'k' }).sign(key);

async function refusal(authorization: string | undefined, verifier = tokens()): Promise<Problem> {
  const result = await verifier.verify(authorization).catch((error: unknown) => error);
  if (!(result instanceof Problem)) throw new Error(`was believed: ${JSON.stringify(result)}`);
  return result;
}

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
    const verifier = tokens();
    const header = `Bearer ${await sign(claims())}`;
    answering = false;
    expect((await refusal(header, verifier)).code).toBe('unavailable');
    answering = true;
    expect(await verifier.verify(header)).toMatchObject({ role: 'operator' });
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
