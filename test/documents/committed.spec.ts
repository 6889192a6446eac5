// What is generated is what was committed, and a customer could be shown it: the client's types, a webhook's signature, and the lint of the document.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { verifyWebhook, WebhookVerificationError } from '../../clients/typescript/src/index.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const npx = (command: string, ...args: readonly string[]) => promisify(execFile)(process.execPath, [`node_modules/${command}`, ...args], { cwd: root, env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } });

describe('the OpenAPI document', () => {
  it('has no error in the eyes of its lint', async () => {
    await npx('@redocly/cli/bin/cli.js', 'lint', 'apps/api/openapi.json').catch((error: unknown) => {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`${stdout}\n${stderr}`);
    });
  }, 300_000);
});

describe('the client', () => {
  it('is of the committed document; else: npm run client', async () => {
    await npx('openapi-typescript/bin/cli.js', 'apps/api/openapi.json', '--output', 'clients/typescript/src/api.ts', '--check');
  }, 300_000);

  it('believes a webhook by its signature alone', () => {
    const secret = `whsec_${Buffer.from('sunset sunset sunset sunset').toString('base64')}`;
    const body = JSON.stringify({ type: 'PeriodEnded', timestamp: '2026-04-30T07:00:00.000Z', data: {} });
    const now = new Date();
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(Math.floor(now.getTime() / 1000)), 'webhook-signature': new Webhook(secret).sign('msg_1', now, body) };
    expect(verifyWebhook(body, headers, secret).type).toBe('PeriodEnded');
    expect(() => verifyWebhook(body.replace('Ended', 'Begun'), headers, secret)).toThrow(WebhookVerificationError);
    expect(() => verifyWebhook(body, { ...headers, 'webhook-timestamp': '1' }, secret)).toThrow(WebhookVerificationError);
  });
});
