// The OpenAPI document: committed, well formed, and closed, so that every drift between it and the answers shows.
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describeApi, openApiText } from '../../openapi-document.js';

type Json = Record<string, unknown>;
type Operation = Json & { operationId: string; parameters?: Json[]; responses: Record<string, { description: string; content?: Record<string, { schema: Json }> }>; security: Json[] };
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Json>; readonly securitySchemes: Json };
}

let text: string;
let document: Document;
let operations: { readonly route: string; readonly path: string; readonly method: string; readonly operation: Operation }[];

beforeAll(async () => {
  const made = await describeApi();
  text = openApiText(made);
  document = JSON.parse(text) as Document;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ route: `${method.toUpperCase()} ${path}`, path, method, operation })),
  );
});

describe('the committed document', () => {
  it('is the one the code makes; else: npm run openapi', async () => {
    expect(JSON.parse(text)).toEqual(JSON.parse(await readFile('apps/api/openapi.json', 'utf8')));
  });
});

describe('the document', () => {
  it('is OpenAPI 3.1 with every account-level route', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/v1/accounts/{accountId}/membership', '/v1/dev/tokens', '/health/ready']));
  });

  it('declares every parameter that a path has, and no other', () => {
    for (const { route, path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
      const declared = (operation.parameters ?? []).filter((parameter) => parameter['in'] === 'path').map(({ name }) => name).sort();
      expect({ route, parameters: declared }).toEqual({ route, parameters: inPath });
    }
  });

  it('names every operation once', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('says of every operation what it does, in a summary, and where it belongs: @Summary(\'Cancel a plan\') at the handler, its path in documents/tags.ts', () => {
    const lacking = operations.flatMap(({ route, operation }) => [
      ...(/^[A-Z][a-z]+ /.test(String(operation['summary'])) ? [] : [`${route} has no summary`]),
      ...((operation['tags'] as unknown[] | undefined)?.length === 1 ? [] : [`${route} fits no tag`]),
    ]);
    expect(lacking).toEqual([]);
  });

  it('states a good answer for every operation, and a schema wherever there is a body', () => {
    for (const { route, operation } of operations) {
      const statuses = Object.keys(operation.responses);
      expect({ route, good: statuses.some((status) => /^[23]/.test(status)) }).toEqual({ route, good: true });
      const bare = statuses.filter((status) => status !== '204' && status !== '202' && !operation.responses[status]?.content);
      expect({ route, bare }).toEqual({ route, bare: [] });
    }
  });

  it('has schemas that compile, and references that lead somewhere', () => {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    ajv.addSchema({ $id: 'openapi', ...document }, 'openapi');
    for (const name of Object.keys(document.components.schemas)) expect(() => ajv.compile({ $ref: `openapi#/components/schemas/${name}` })).not.toThrow();
    const references = [...text.matchAll(/"\$ref": "#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(references.filter((name) => name === undefined || !(name in document.components.schemas))).toEqual([]);
  });

  it('closes every object that it describes, except problems', () => {
    const open: string[] = [];
    const look = (value: unknown, at: string): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('properties' in value && 'type' in value && !('additionalProperties' in value)) open.push(at);
      for (const [name, member] of Object.entries(value)) look(member, `${at}/${name}`);
    };
    look(document.components.schemas, '');
    expect(open).toEqual([]);
  });

  it('says that the account may be purged, wherever one is asked for that still answers nobody', () => {
    const stillAnswers = ['GET /v1/accounts', 'GET /v1/accounts/{accountId}/events', 'GET /v1/accounts/{accountId}/purge-certificate'];
    const silent = operations.filter(({ path, operation }) => path.startsWith('/v1/accounts') && !operation.responses['410']).map(({ route }) => route);
    expect(silent.sort()).toEqual(stillAnswers);
  });

  it('asks for a token wherever the policy does', () => {
    const open = operations.filter(({ operation }) => operation.security.length === 0).map(({ route }) => route);
    expect(open.sort()).toEqual(expect.arrayContaining(['GET /health/live', 'GET /health/ready', 'GET /metrics', 'GET /v1/plans', 'POST /v1/dev/tokens']));
    expect(open.filter((route) => route.includes('{accountId}'))).toEqual([]);
  });
});
