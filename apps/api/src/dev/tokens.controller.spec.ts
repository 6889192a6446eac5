// Sandbox tokens: made for every role, and for customers only with their account.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sandbox } from '../auth/sandbox.js';
import { Tokens } from '../auth/tokens.js';
import { testServer, type TestServer } from '../http/server/test-server.js';
import { DevModule } from './dev.module.js';

let server: TestServer;
let tokens: Tokens;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sunset-dev-'));
  const sandbox = await Sandbox.open(dataDir);
  tokens = new Tokens([sandbox.issuer]);
  server = await testServer([], { tokens }, [DevModule.register(sandbox)]);
});
afterAll(async () => {
  await server.close();
  await rm(dataDir, { recursive: true });
});

const ask = (payload: object) => server.app.inject({ method: 'POST', url: '/v1/dev/tokens', payload, headers: { 'idempotency-key': 'k' } });

describe('a sandbox token', () => {
  it.each([{ role: 'customer', accountId: 'not-yet-there' }, { role: 'service' }, { role: 'operator' }, { role: 'analyst' }])('is issued for %j', async (body) => {
    const answer = await ask(body);
    expect([answer.statusCode, Object.keys(answer.json())]).toEqual([201, ['token']]);
    expect(await tokens.verify(`Bearer ${answer.json<{ token: string }>().token}`)).toEqual({ ...body, subject: `sandbox-${body.role}` });
  });

  it('is for another person where it is told so', async () => {
    const { token } = (await ask({ role: 'operator', subject: 'bea' })).json<{ token: string }>();
    expect(await tokens.verify(`Bearer ${token}`)).toEqual({ role: 'operator', subject: 'bea' });
  });

  it.each([
    [{ role: 'customer' }, '/accountId'],
    [{ role: 'system' }, '/role'],
    [{}, '/role'],
  ])('is refused for %j', async (body, pointer) => {
    expect((await ask(body)).json()).toMatchObject({ status: 422, code: 'invalid_request', errors: [{ pointer }] });
  });

  it('binds nobody but customers to an account', async () => {
    const answer = await ask({ role: 'service', accountId: 'a1' });
    expect(await tokens.verify(`Bearer ${answer.json<{ token: string }>().token}`)).toEqual({ role: 'service', subject: 'sandbox-service' });
  });

  it('does not exist outside the sandbox', async () => {
    const production = await testServer([]);
    const answer = await production.app.inject({ method: 'POST', url: '/v1/dev/tokens', payload: { role: 'operator' } });
    await production.close();
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'not_found']);
  });
});
