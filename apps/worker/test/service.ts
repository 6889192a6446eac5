// The built service on a migrated database of its own, spoken to over HTTP.
import { randomUUID } from 'node:crypto';
import type { Database } from '#postgres';
import { migratedDatabase } from '../../../test/support/database.js';
import { startService, type Service, type ServiceSettings } from '../../../test/support/service.js';

/** Whatever these tests look for in an answer; what is not there is `undefined`. */
export interface Body {
  readonly testClockId: string;
  readonly now: string;
  readonly status: string;
  readonly code: string;
  readonly errors: readonly { readonly pointer: string; readonly message: string }[];
  readonly data: readonly Row[];
  readonly next: string | null;
  readonly position: number;
  readonly dead: number;
  readonly effects: { readonly overdue: readonly object[] };
  readonly holdId: string;
  readonly subscriptionId: string;
  readonly disclosures: readonly { readonly id: string; readonly version: string }[];
}

export interface Row {
  readonly deadlineId: string;
  readonly accountId: string;
  readonly kind: string;
  readonly status: string;
  readonly dueAt: string;
  readonly latenessMs: number | null;
  readonly name: string;
  readonly lag: number;
  readonly head: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Empty unless the answer is JSON. */
  readonly body: Body;
  readonly text: string;
}

export interface Running {
  readonly service: Service;
  readonly database: Database;
  readonly url: string;
  readonly call: (role: string, method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
  readonly file: (role: string, path: string) => Promise<{ readonly headers: Headers; readonly bytes: Uint8Array }>;
  /** A new account on the clock with an open Messaging plan. */
  subscriber(testClockId: string, timeZone?: string): Promise<{ accountId: string; subscriptionId: string }>;
  cancel(account: { accountId: string; subscriptionId: string }): Promise<void>;
  stop(): Promise<void>;
}

export async function running(settings: Partial<ServiceSettings> = {}): Promise<Running> {
  const fresh = await migratedDatabase();
  const { url, database } = fresh;
  const service = await startService({ databaseUrl: url, ...settings, environment: { LOG_LEVEL: 'warn', ...settings.environment } });

  const tokens = new Map<string, Promise<string>>();
  const token = (role: string): Promise<string> => {
    const known = tokens.get(role) ?? fetch(`${service.base}/v1/dev/tokens`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ role }),
    }).then(async (answer) => ((await answer.json()) as { token: string }).token);
    tokens.set(role, known);
    return known;
  };

  const call: Running['call'] = async (role, method, path, body, headers = {}) => {
    const answer = await fetch(service.base + path, {
      method,
      headers: {
        authorization: `Bearer ${await token(role)}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = (answer.headers.get('content-type') ?? '').includes('json') && !(answer.headers.get('content-type') ?? '').includes('ndjson');
    return { status: answer.status, headers: answer.headers, text, body: (isJson ? JSON.parse(text) : {}) as Body };
  };

  return {
    service,
    database,
    url,
    call,
    async file(role, path) {
      const answer = await fetch(service.base + path, { headers: { authorization: `Bearer ${await token(role)}` } });
      return { headers: answer.headers, bytes: new Uint8Array(await answer.arrayBuffer()) };
    },
    async subscriber(testClockId, timeZone = 'UTC') {
      const accountId = `a-${randomUUID()}`;
      await expectStatus(201, call('service', 'POST', '/v1/accounts', { accountId, name: 'Zqname', email: 'zq@example.invalid', timeZone, testClockId }));
      const { body } = await expectStatus(201, call('service', 'POST', `/v1/accounts/${accountId}/subscriptions`, { planId: 'messaging-monthly' }));
      return { accountId, subscriptionId: body.subscriptionId };
    },
    async cancel({ accountId, subscriptionId }) {
      const base = `/v1/accounts/${accountId}/subscriptions/${subscriptionId}`;
      const { body } = await expectStatus(200, call('service', 'GET', `${base}/cancellation/preview`));
      const acceptedDisclosures = body.disclosures.map(({ id, version }) => ({ id, version }));
      await expectStatus(201, call('service', 'POST', `${base}/cancellation`, { reason: { code: 'unused' }, acceptedDisclosures, acknowledgedConsequences: true }));
    },
    async stop() {
      await service.stop();
      await fresh.drop();
    },
  };
}

async function expectStatus(status: number, asked: Promise<Answer>): Promise<Answer> {
  const answer = await asked;
  if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}: ${answer.text}`);
  return answer;
}
