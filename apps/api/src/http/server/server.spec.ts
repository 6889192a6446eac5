// What every route gets from the foundation: problems, strict bodies, policies, ids, and a start that fails where something is missing.
import { createHash } from 'node:crypto';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { All, Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { RouteConfig } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { type RedactNote, SecondPerson } from '#application';
import { Caller, type Identity, type Subject } from '../../auth/identity.js';
import { Allow, Anyone } from '../../auth/policy.js';
import { Answers } from '../answers/answers.js';
import { Execute, type Executes } from '../answers/execute.js';
import { Text } from '../input/fields.js';
import { StreamedBody } from '../input/streamed-body.js';
import { OwnTransaction } from '../idempotency/idempotency.interceptor.js';
import { Page } from '../answers/page.js';
import { problemMediaType } from '../problems/problems.js';
import { anything } from '../answers/schemas.js';
import { readSettings } from './settings.js';
import { testServer, type TestServer } from './test-server.js';

class Greeting {
  @Text({ max: 10 }) name!: string;
}

@Controller('v1')
class TestController {
  @Post('greetings') @Anyone() @OwnTransaction() @Answers(201, anything, 'Greeted.')
  greet(@Body() greeting: Greeting): Greeting {
    return greeting;
  }

  @Post('pings') @Anyone() @OwnTransaction() @Answers(204, null, 'Pinged.')
  ping(): undefined {
    return undefined;
  }

  @Post('lines') @Anyone() @OwnTransaction() @Answers(200, anything, 'Read.')
  lines(@Body() body: Buffer): { bytes: number } {
    return { bytes: body.length };
  }

  @Post('files') @Anyone() @OwnTransaction() @RouteConfig({ streamedBody: true }) @Answers(200, anything, 'Read as it came.')
  async file(@Body() body: StreamedBody): Promise<{ bytes: number; digest: string }> {
    let bytes = 0;
    for await (const piece of body.pieces(32 * 1024 * 1024)) bytes += piece.length;
    return { bytes, digest: body.digest().toString('hex') };
  }

  @Get('accounts/:accountId') @Allow('customer', 'operator') @Answers(200, anything, 'The account.')
  account(@Param('accountId') accountId: string, @Caller() caller: Identity): { accountId: string; caller: Identity } {
    return { accountId, caller };
  }

  @Get('things') @Allow('operator') @Answers(200, anything, 'The things.')
  things(@Query() page: Page): Page {
    return page;
  }

  @All('whatever') @Allow('operator') @Answers(200, anything, 'Never.')
  whatever(): object {
    return {};
  }

  @Get('broken') @Anyone() @Answers(200, anything, 'Never.')
  broken(): never {
    throw new Error('a detail for the log alone');
  }
}

const customer: Subject = { role: 'customer', subject: 'c', accountId: 'a1' };
const operator: Subject = { role: 'operator', subject: 'o' };
const analyst: Subject = { role: 'analyst', subject: 'n' };

const logged: string[] = [];
const logLines = () => logged.map((line) => JSON.parse(line) as Record<string, unknown>);
let server: TestServer;
beforeAll(async () => {
  server = await testServer([TestController], {
    log: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
    actorIds: { of: async ({ role, subject }) => (role === 'customer' ? `known as ${subject}` : subject) },
  });
});
afterAll(() => server.close());

const post = (url: string, payload?: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  server.app.inject({ method: 'POST', url, headers, ...(payload !== undefined && { payload }) });

const get = async (url: string, subject?: Subject, headers: Record<string, string> = {}) =>
  server.app.inject({ method: 'GET', url, headers: { ...headers, ...(subject && { authorization: await server.authorization(subject) }) } });

describe('bodies', () => {
  it('are refused with every bad property named', async () => {
    const answer = await post('/v1/greetings', '{"name":"","more":1,"constructor":2,"a/b~c":3}');
    expect(answer.headers['content-type']).toBe(problemMediaType);
    expect(answer.json()).toEqual({
      type: 'urn:sunset:problem:invalid_request',
      title: 'The request is not valid',
      status: 422,
      code: 'invalid_request',
      detail: 'The request is not valid.',
      instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
      errors: [
        { pointer: '/more', message: 'is not a known property' },
        { pointer: '/constructor', message: 'is not a known property' },
        { pointer: '/a~1b~0c', message: 'is not a known property' },
        { pointer: '/name', message: 'must not be blank' },
      ],
    });
  });

  it.each([
    ['malformed', '{"name'],
    ['not an object', '[]'],
    ['null', 'null'],
    ['a poisoned prototype', '{"name":"x","__proto__":{"admin":true}}'],
    ['a poisoned constructor', '{"name":"x","constructor":{"prototype":{}}}'],
  ])('are bad input if %s', async (_, body) => {
    const answer = await post('/v1/greetings', body);
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'invalid_request']);
  });

  it('must be UTF-8', async () => {
    const answer = await server.app.inject({ method: 'POST', url: '/v1/greetings', headers: { 'content-type': 'application/json' }, payload: Buffer.from([0x22, 0xff, 0x22]) });
    expect(answer.json()).toMatchObject({ status: 422, errors: [{ pointer: '', message: 'must be UTF-8' }] });
  });

  it.each([
    ['a content type that nobody reads', 415, 'x', 'text/plain'],
    ['more than a mebibyte of JSON', 413, JSON.stringify({ name: 'x'.repeat(1024 * 1024) }), 'application/json'],
    ['more than 8 mebibytes of NDJSON', 413, ' '.repeat(8 * 1024 * 1024 + 1), 'application/x-ndjson'],
  ])('have a sharper status for %s', async (_, status, body, type) => {
    const answer = await post('/v1/greetings', body, { 'content-type': type });
    expect(answer.json()).toMatchObject({ status, code: 'invalid_request' });
    expect(answer.statusCode).toBe(status);
  });

  it('of a route that reads them as they come may be larger, and are known by their bytes', async () => {
    const content = '{"n":1}\n'.repeat(2 * 1024 * 1024);
    const read = await post('/v1/files', content, { 'content-type': 'application/x-ndjson' });
    expect(read.json()).toEqual({ bytes: content.length, digest: createHash('sha256').update(content).digest('hex') });
    expect((await post('/v1/files', '', { 'content-type': 'application/x-ndjson' })).json()).toMatchObject({ bytes: 0 });
    expect((await post('/v1/files', content.repeat(3), { 'content-type': 'application/x-ndjson' })).statusCode).toBe(413);
  });

  it('of NDJSON arrive as bytes', async () => {
    expect((await post('/v1/lines', '{}\n{}\n', { 'content-type': 'application/x-ndjson' })).json()).toEqual({ bytes: 6 });
    for (const type of ['application/x-ndjson', 'application/x-ndjson; charset=utf-8']) {
      expect((await post('/v1/lines', '', { 'content-type': type, 'content-length': '0' })).json()).toEqual({ bytes: 0 });
    }
  });

  it.each([
    ['nothing', undefined, {}],
    ['nothing, announced as JSON', '', { 'content-type': 'application/json' }],
    ['nothing, announced as a form', '', { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '0' }],
    ['an empty object', '{}', { 'content-type': 'application/json' }],
    ['nothing in chunks', '', { 'transfer-encoding': 'chunked', 'content-length': '' }],
    ['nothing in chunks, announced as a form', '', { 'content-type': 'application/x-www-form-urlencoded', 'transfer-encoding': 'chunked', 'content-length': '' }],
  ])('of commands without arguments may be %s', async (_, body, headers: Record<string, string>) => {
    expect((await post('/v1/pings', body, headers)).statusCode).toBe(204);
  });

  it('of commands without arguments hold nothing', async () => {
    expect((await post('/v1/pings', '{"a":1}')).json()).toMatchObject({ status: 422, errors: [{ pointer: '/a', message: 'is not a known property' }] });
    expect((await post('/v1/pings', '[1]')).statusCode).toBe(422);
  });
});

describe('paths', () => {
  it.each([
    ['unknown', '/v1/nothing'],
    ['not an URL', '/v1/%zz'],
    ['longer than any id', `/v1/accounts/${'x'.repeat(700)}`],
    ['holding a NUL', '/v1/accounts/a%00'],
    ['holding a line break', '/v1/accounts/a%0Ab'],
  ])('are not found if %s', async (_, url) => {
    expect((await get(url, operator)).json()).toMatchObject({ status: 404, code: 'not_found', what: 'path', detail: 'There is no such path.' });
  });

  it('tell their methods', async () => {
    const wrong = await get('/v1/greetings');
    const options = await server.app.inject({ method: 'OPTIONS', url: '/v1/accounts/a1' });
    expect([wrong.statusCode, wrong.json().code, wrong.headers.allow]).toEqual([405, 'method_not_allowed', 'POST, OPTIONS']);
    expect([options.statusCode, options.headers.allow]).toEqual([204, 'GET, HEAD, OPTIONS']);
  });

  it('answer HEAD as they answer GET, without the body', async () => {
    const answer = await server.app.inject({ method: 'HEAD', url: '/v1/accounts/a1', headers: { authorization: await server.authorization(operator) } });
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
  });
});

describe('policies', () => {
  it.each([
    ['no token', undefined, '/v1/accounts/a1', 401, 'unauthenticated'],
    ['a role that is not listed', analyst, '/v1/accounts/a1', 403, 'forbidden'],
    ['somebody else\'s account', customer, '/v1/accounts/a2', 404, 'not_found'],
  ])('refuse %s', async (_, subject, url, status, code) => {
    const answer = await get(url, subject);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  });

  it('let nobody in where a route answers to methods that no policy is stated for', async () => {
    expect([(await get('/v1/whatever')).statusCode, (await get('/v1/whatever', operator)).statusCode]).toEqual([401, 403]);
  });

  it('let the customer and the operator in, and tell the handler who calls', async () => {
    expect((await get('/v1/accounts/a1', customer)).json()).toMatchObject({
      caller: { ...customer, metadata: { actor: { role: 'customer', id: 'known as c' }, channel: 'api', causationId: expect.stringMatching(/^request:/) } },
    });
    expect((await get('/v1/accounts/a2', operator)).statusCode).toBe(200);
  });

  it('are stated by every route, else nothing starts', async () => {
    @Controller('v1/silent')
    class SilentController {
      @Get(':thing') @Answers(200, anything, 'A thing.') get(): void { return undefined; }
      @Post() @Anyone() post(): void { return undefined; }
    }
    await expect(testServer([SilentController])).rejects.toThrow(
      'GET /v1/silent/{thing} (SilentController.get) states no policy: @Allow(...) or @Anyone()\nPOST /v1/silent (SilentController.post) states no answer: @Answers(...)',
    );
  });

  it('come with what commands may be refused with, else nothing starts', async () => {
    class Alone {
      readonly needsNobody = true;
    }
    @Controller('v1/silent')
    class SilentController {
      @Post() @Anyone() @Answers(201, anything, 'A thing.') post(@Execute() _execute: Executes<RedactNote>): void { return undefined; }
    }
    await expect(testServer([SilentController], {}, [CqrsModule.forRoot(), { module: Alone, global: true, providers: [{ provide: SecondPerson, useValue: {} }], exports: [SecondPerson] }])).rejects.toThrow(
      'POST /v1/silent (SilentController.post) executes a command and does not say what it may be refused with: @Refuses(...)',
    );
  });
});

describe('ids', () => {
  it.each([
    [{ 'x-request-id': 'order-17' }, 'order-17'],
    [{ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }, '0af7651916cd43dd8448eb211c80319c'],
    [{ 'x-request-id': '15551234567' }, expect.stringMatching(/^[0-9a-f-]{36}$/)],
    [{ 'x-request-id': '1-555-123.4567' }, expect.stringMatching(/^[0-9a-f-]{36}$/)],
    [{ 'x-request-id': 'ann@example.org' }, expect.stringMatching(/^[0-9a-f-]{36}$/)],
  ])('correlate what belongs together: %j', async (headers: Record<string, string>, expected) => {
    const answer = await get('/v1/accounts/a1', operator, headers);
    expect([answer.headers['x-request-id'], answer.json().caller.metadata.correlationId]).toEqual([expected, expected]);
  });
});

describe('queries', () => {
  it('are read strictly, and named in pointers', async () => {
    expect((await get('/v1/things?limit=5', operator)).json()).toEqual({ limit: 5 });
    expect((await get('/v1/things', operator)).json()).toEqual({ limit: 100 });
    expect((await get('/v1/things?limit=1001&after=&color=red', operator)).json().errors).toEqual([
      { pointer: '/query/color', message: 'is not a known property' },
      { pointer: '/query/limit', message: 'must be between 1 and 1000' },
      { pointer: '/query/after', message: 'must not be blank' },
    ]);
    expect((await get('/v1/things?limit=5&limit=6', operator)).statusCode).toBe(422);
  });
});

describe('faults of ours', () => {
  it('tell the caller nothing but the id, and the log the stack', async () => {
    const answer = await get('/v1/broken');
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'internal']);
    expect(answer.body).not.toContain('detail for the log');
    const { instance } = answer.json<{ instance: string }>();
    const line = logLines().find(({ msg, requestId }) => msg === 'request failed' && instance === `urn:uuid:${String(requestId)}`);
    expect(line?.['error']).toMatchObject({ message: 'a detail for the log alone', stack: expect.stringContaining('server.spec') });
  });
});

describe('the log', () => {
  it('has one line for each request: the route, never the path, the query or the token', async () => {
    logged.length = 0;
    await get('/v1/accounts/a1?name=Ann', operator);
    expect(logLines()).toMatchObject([{ msg: 'request', method: 'GET', route: '/v1/accounts/:accountId', status: 200, role: 'operator', account: 'hash of 2', ms: expect.any(Number) }]);
    expect(logged.join()).not.toMatch(/Ann|Bearer|eyJ|"a1"/);
  });

  it.each([
    ['without a token', undefined, '/v1/accounts/a1', { status: 401, code: 'unauthenticated', address: '127.0.0.1' }, ['role', 'account', 'subject']],
    ['of a role that may not', analyst, '/v1/accounts/a1', { status: 403, code: 'forbidden', role: 'analyst', account: 'hash of 2', address: '127.0.0.1', subject: 'n' }, []],
    ['of a customer for somebody else\'s account', customer, '/v1/accounts/a2', { status: 404, code: 'not_found', role: 'customer', account: 'hash of 2', address: '127.0.0.1', subject: 'hash of 1' }, []],
    ['for what can be no account', operator, '/v1/accounts/ann%40example.org', { status: 200, role: 'operator', account: 'hash of 15' }, ['address', 'subject', 'code']],
    ['with bad input', operator, '/v1/things?limit=none', { status: 422, code: 'invalid_request', role: 'operator' }, ['account', 'address', 'subject']],
  ])('names code, role and account of a request %s', async (_, subject, url, line, absent) => {
    logged.length = 0;
    await get(url, subject);
    const [told] = logLines();
    expect(told).toMatchObject(line);
    for (const field of absent) expect(told).not.toHaveProperty(field);
  });
});

const production = {
  DATABASE_URL: 'postgres://unused', OIDC_ISSUER: 'https://issuer.example', OIDC_AUDIENCE: 'sunset', CERTIFICATE_KEY_FILE: 'key.json', CARRIER: 'twilio',
  PURGE_LEDGER: '/ledger',
};

describe('the settings', () => {
  it.each([
    ['is missing', { CARRIER: undefined }, 'CARRIER is missing'],
    ['is empty', { CARRIER: '' }, 'CARRIER is missing'],
    ['is none', { CARRIER: 'twillio' }, 'CARRIER is one of sandbox, twilio, telnyx, bandwidth'],
    ['is none, in the sandbox either', { CARRIER: 'twillio', SANDBOX: 'true', OIDC_ISSUER: '' }, 'CARRIER is one of'],
  ])('refuse a start when the carrier %s', (_, given, told) => {
    expect(readSettings(production).carrier).toBe('twilio');
    expect(() => readSettings({ ...production, ...given })).toThrow(told);
  });

  it('refuse a start without a purge ledger, but in the sandbox', () => {
    expect(readSettings(production).purgeLedger).toBe('/ledger');
    expect(() => readSettings({ ...production, PURGE_LEDGER: '' })).toThrow('PURGE_LEDGER is missing');
    expect(readSettings({ ...production, OIDC_ISSUER: '', PURGE_LEDGER: '', SANDBOX: 'true', DATA_DIR: '/data' }).purgeLedger).toBe('/data/purge-ledger');
  });
});

describe('the issuer', () => {
  it.each([
    ['garbage', { OIDC_ISSUER: 'garbage' }, 'OIDC_ISSUER is no address of an issuer'],
    ['an address without a host', { OIDC_ISSUER: 'https:issuer' }, 'OIDC_ISSUER is no address of an issuer'],
    ['of another kind', { OIDC_ISSUER: 'ftp://issuer.example' }, 'OIDC_ISSUER is no address of an issuer'],
    ['with a password', { OIDC_ISSUER: 'https://a:b@issuer.example' }, 'OIDC_ISSUER is no address of an issuer'],
    ['plain http', { OIDC_ISSUER: 'http://issuer.example' }, 'OIDC_ISSUER is plain http'],
    ['plain http on this machine', { OIDC_ISSUER: 'http://127.0.0.1:3952' }, 'OIDC_ISSUER is plain http'],
    ['one whose keys are read over plain http', { OIDC_JWKS_URI: 'http://issuer.example/keys' }, 'OIDC_JWKS_URI is plain http'],
    ['one whose keys are garbage', { OIDC_JWKS_URI: '/keys' }, 'OIDC_JWKS_URI is no address of an issuer'],
    ['one whose keys count for ages', { OIDC_KEYS_STALE_HOURS: 'ages' }, 'OIDC_KEYS_STALE_HOURS is not a whole number'],
  ])('starts nothing: %s', (_, given, told) => {
    expect(() => readSettings({ ...production, ...given })).toThrow(told);
  });

  it('is https, of which known keys count for a day; in the sandbox plain http on this machine', () => {
    expect(readSettings(production).oidc).toMatchObject({ issuer: 'https://issuer.example', keysStaleMs: 86_400_000 });
    expect(readSettings({ ...production, OIDC_JWKS_URI: 'https://keys.example/keys?p=1', OIDC_KEYS_STALE_HOURS: '2' }).oidc).toMatchObject({ jwksUri: 'https://keys.example/keys?p=1', keysStaleMs: 7_200_000 });
    expect(readSettings({ ...production, OIDC_ISSUER: 'http://127.0.0.1:3952', SANDBOX: 'true' }).oidc).toMatchObject({ issuer: 'http://127.0.0.1:3952' });
  });

  it('is where staff sign in once it knows us as a client', () => {
    expect(readSettings(production).staffSignIn).toBeUndefined();
    const known = { ...production, OIDC_ISSUER: 'https://issuer.example/house', OIDC_CLIENT_ID: 'desk' };
    expect(readSettings(known).staffSignIn).toEqual({ issuer: 'https://issuer.example/house', audience: 'sunset', clientId: 'desk', scope: 'openid', origins: ['https://issuer.example'] });
    expect(readSettings({ ...known, OIDC_SCOPE: 'openid api://sunset/.default', OIDC_ORIGINS: 'https://tokens.example' }).staffSignIn).toMatchObject({ scope: 'openid api://sunset/.default', origins: ['https://issuer.example', 'https://tokens.example'] });
    expect(() => readSettings({ ...known, OIDC_ORIGINS: 'https://tokens.example/path' })).toThrow('OIDC_ORIGINS has what is no http(s) origin');
    expect(() => readSettings({ ...known, OIDC_ISSUER: '', SANDBOX: 'true', CARRIER: 'sandbox' })).toThrow('OIDC_CLIENT_ID is of no use without OIDC_ISSUER');
  });
});

describe('the sandbox', () => {
  const insisting = { SANDBOX: 'i-know-what-i-am-doing' };

  it('starts beside nothing real unless somebody insists', () => {
    for (const beside of [{ NODE_ENV: 'production', OIDC_ISSUER: '' }, { NODE_ENV: '' }]) {
      expect(() => readSettings({ ...production, ...beside, SANDBOX: 'true' })).toThrow('SANDBOX=true beside');
      expect(readSettings({ ...production, ...beside, ...insisting })).toMatchObject({ sandbox: true, sandboxInsisted: true });
    }
    expect(readSettings({ ...production, OIDC_ISSUER: '', SANDBOX: 'true' })).toMatchObject({ sandbox: true, sandboxInsisted: false });
  });

  it('is shown in every answer where somebody insists, whatever was asked', async () => {
    const settings = readSettings({ ...insisting, DATABASE_URL: 'postgres://unused' });
    const insisted = await testServer([TestController], { settings });
    const urls = ['/v1/accounts/a1', '/v1/nothing', '/openapi.json', '/v1/%', `/v1/accounts/${'a'.repeat(600)}`];
    const answers = await Promise.all(urls.map((url) => insisted.app.inject({ url })));
    await insisted.app.listen({ port: 0, host: '127.0.0.1' });
    const garbage = await new Promise<string>((resolve) => {
      const socket: Socket = connect((insisted.app.getHttpServer().address() as AddressInfo).port, '127.0.0.1', () => socket.write('garbage\r\n\r\n'));
      socket.once('data', (bytes) => resolve(bytes.toString()));
    });
    await insisted.close();
    expect(answers.map(({ headers }) => headers['sunset-sandbox'])).toEqual(urls.map(() => 'i-know-what-i-am-doing'));
    expect(garbage).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n(?:.+\r\n)*sunset-sandbox: i-know-what-i-am-doing\r\n\r\n\{/);
  });
});

describe('the rate limit', () => {
  it('is ten times wider in the sandbox, where all services are one caller', () => {
    expect([readSettings(production), readSettings({ ...production, OIDC_ISSUER: '', SANDBOX: 'true' })].map((settings) => settings.rateLimitPerMinute)).toEqual([6000, 60_000]);
  });

  it('counts by address whoever is not let in, and leaves who is', async () => {
    const settings = readSettings({ SANDBOX: 'true', DATABASE_URL: 'postgres://unused', RATE_LIMIT_PER_MINUTE: '3' });
    const limited = await testServer([TestController], { settings });
    const ask = async (url: string, authorization?: string) => limited.app.inject({ url, headers: { ...(authorization !== undefined && { authorization }) } });
    const answers = [
      await ask('/v1/accounts/a1'), await ask('/v1/accounts/a2', await limited.authorization(customer)), await ask('/v1/accounts/a1', await limited.authorization(analyst)),
      await ask('/v1/accounts/a1', 'Bearer guessed'), await ask('/v1/broken'), await ask('/v1/accounts/a1', await limited.authorization(customer)),
    ];
    await limited.close();
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 404, 403, 429, 429, 200]);
    expect(answers.map(({ headers }) => headers['ratelimit-remaining'])).toEqual(['2', '1', '0', '0', '0', '2']);
  });

  it('refuses a caller that asks too much, and nobody else', async () => {
    const settings = readSettings({ SANDBOX: 'true', DATABASE_URL: 'postgres://unused', RATE_LIMIT_PER_MINUTE: '2' });
    const limited = await testServer([TestController], { settings });
    const ask = async (subject: Subject) => limited.app.inject({ url: '/v1/accounts/a1', headers: { authorization: await limited.authorization(subject) } });
    const answers = [await ask(customer), await ask(customer), await ask(customer), await ask(operator)];
    await limited.close();
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429, 200]);
    expect(answers[2]?.json().code).toBe('too_many_requests');
    expect(Number(answers[2]?.headers['retry-after'])).toBeGreaterThan(0);
    expect(answers.map(({ headers }) => headers['ratelimit-remaining'])).toEqual(['1', '0', '0', '1']);
  });
});

describe('the documents', () => {
  it('are served without the internet', async () => {
    const [page, script, style] = await Promise.all(['/docs', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui.css'].map((url) => get(url)));
    expect(page?.headers['content-type']).toContain('text/html');
    expect(page?.body).not.toMatch(/https?:\/\//);
    expect([script?.statusCode, style?.statusCode]).toEqual([200, 200]);
    expect((await get('/docs/package.json')).statusCode).toBe(404);
    expect((await get('/openapi.json')).json().openapi).toBe('3.1.0');
  });
});
