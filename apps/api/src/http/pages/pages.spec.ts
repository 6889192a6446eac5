// Which page lies where, how long a browser may keep it, and what it may do there.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { servePages, type Pages } from './pages.js';
import { readSettings } from '../server/settings.js';
import { pagePolicy } from './policy.js';

let folder: string;
let instance: FastifyInstance;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sunset-pages-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'membership.html'), '<p>the page');
  await writeFile(join(folder, 'first-five-minutes.html'), '<p>the clock');
  await writeFile(join(folder, 'ops.html'), '<p>the desk');
  await writeFile(join(folder, 'insights.html'), '<p>the figures');
  await writeFile(join(folder, 'assets/page-abc123.js'), 'start();');
  await writeFile(join(folder, 'assets/page-abc123.js.br'), 'squeezed');
  await writeFile(join(folder, '.built'), 'secret');
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => instance.close());

async function get(path: string, pages: Partial<Pages> = {}) {
  instance = Fastify();
  await servePages(instance, { folder, sandbox: false, frameAncestors: [], signInOrigins: [], ...pages });
  return instance.inject({ url: path });
}

describe('the Membership page', () => {
  it('is asked for anew each time, and may load nothing from elsewhere', async () => {
    const { statusCode, headers, body } = await get('/membership/');
    expect([statusCode, headers['content-type'], headers['cache-control'], body]).toEqual([200, 'text/html; charset=utf-8', 'no-store', '<p>the page']);
    expect(headers['content-security-policy']).toBe(pagePolicy({ frameAncestors: [], hasFrames: false }));
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self' 'sha256-[^ ]+ 'sha256-[^ ]+; .*frame-ancestors 'none'$/);
    expect(headers['content-security-policy']).not.toContain('unsafe');
  });

  it('is found without the slash', async () => {
    const { statusCode, headers } = await get('/membership');
    expect([statusCode, headers.location]).toEqual([301, '/membership/']);
  });

  it('has files that a browser keeps for a year', async () => {
    const { statusCode, headers } = await get('/membership/assets/page-abc123.js');
    expect([statusCode, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
    expect(headers['content-type']).toContain('javascript');
  });

  it('sends them squeezed to whoever can read that', async () => {
    instance = Fastify();
    await servePages(instance, { folder, sandbox: false, frameAncestors: [], signInOrigins: [] });
    const { headers, body } = await instance.inject({ url: '/membership/assets/page-abc123.js', headers: { 'accept-encoding': 'gzip, br' } });
    expect([headers['content-encoding'], headers['cache-control'], body]).toEqual(['br', 'public, max-age=31536000, immutable', 'squeezed']);
    expect(headers['content-type']).toContain('javascript');
    expect(headers.vary).toMatch(/accept-encoding/i);
  });

  it.each([
    ['nobody', false, [], "frame-ancestors 'none'"],
    ['whom the settings name', false, ['https://app.example'], 'frame-ancestors https://app.example'],
    ['the first five minutes', true, [], "frame-ancestors 'self'"],
  ])('is shown in a frame by %s', async (_, sandbox, frameAncestors, said) => {
    const { headers } = await get('/membership/', { sandbox, frameAncestors });
    expect(headers['content-security-policy']).toMatch(new RegExp(`${said}$`));
  });
});

describe('the first five minutes', () => {
  it('are there in the sandbox, with a frame for the Membership page, and in no frame themselves', async () => {
    const { statusCode, headers, body } = await get('/', { sandbox: true, frameAncestors: ['https://app.example'] });
    expect([statusCode, body]).toEqual([200, '<p>the clock']);
    expect(headers['content-security-policy']).toContain("frame-src 'self'");
    expect(headers['content-security-policy']).toMatch(/frame-ancestors 'none'$/);
  });

  it('are nowhere else', async () => {
    expect((await get('/')).statusCode).toBe(404);
  });
});

describe('FRAME_ANCESTORS', () => {
  const read = (FRAME_ANCESTORS?: string) => readSettings({ SANDBOX: 'true', DATABASE_URL: 'postgres://unused', FRAME_ANCESTORS }).frameAncestors;

  it('names origins', () => {
    expect(read('https://app.example  http://localhost:8080 ')).toEqual(['https://app.example', 'http://localhost:8080']);
    expect([read(), read('')]).toEqual([[], []]);
  });

  it.each(['*', 'app.example', 'https://app.example/', "'self'", "https://app.example;script-src *", 'https:'])('is refused where it names none: %s', (text) => {
    expect(() => read(text)).toThrow('FRAME_ANCESTORS');
  });
});

it.each(['/membership/assets/../.built', '/membership/assets/..%2f.built', '/membership/assets/%2e%2e/.built', '/membership/.built', '/membership/assets/', '/membership/assets/none.js'])('%s is not there', async (path) => {
  const { statusCode, body } = await get(path, { sandbox: true });
  expect([404, 403]).toContain(statusCode);
  expect(body).not.toContain('secret');
});

describe.each([['/ops', '<p>the desk'], ['/insights', '<p>the figures']])("a page of staff, %s,", (path, shown) => {
  it('is asked for anew each time, loads nothing from elsewhere, and stands in nobody\'s frame', async () => {
    const { statusCode, headers, body } = await get(`${path}/`, { sandbox: true, frameAncestors: ['https://platform.example'] });
    expect([statusCode, headers['cache-control'], body]).toEqual([200, 'no-store', shown]);
    expect(headers['content-security-policy']).toBe(pagePolicy({ frameAncestors: [], hasFrames: false }));
    await instance.close();
    expect((await get(path)).headers.location).toBe(`${path}/`);
  });

  it('asks the issuer of tokens, and it alone, where staff sign in there', async () => {
    const signInOrigins = ['https://issuer.example'];
    const asked = async (path: string) => / connect-src ([^;]*);/.exec(String((await get(path, { signInOrigins })).headers['content-security-policy']))?.[1];
    expect(await asked('/ops/')).toBe("'self' https://issuer.example");
    await instance.close();
    expect(await asked('/membership/')).toBe("'self'");
  });
});
