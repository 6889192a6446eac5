// The OpenAPI 3.1 document, made from what the handlers state: input classes, @Answers, @Refuses and policies.
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { problems, type ProblemCode } from '../problems/problems.js';
import { routesOf, type Route } from './routes.js';
import { declaredSchemas, ProblemSchema, type JsonSchema } from '../answers/schemas.js';

type Json = Record<string, unknown>;

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

type Operation = NonNullable<OpenAPIObject['paths'][string][Method]>;

export function openApiDocument(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, description(), { autoTagControllers: true, operationIdFactory: operationId });
  for (const route of routesOf(app)) {
    const operation = document.paths[route.path]?.[route.method.toLowerCase() as Method];
    if (operation) describe(operation, route);
  }
  document.components = { ...document.components, schemas: componentsOf(document) };
  return JSON.parse(JSON.stringify(document)) as OpenAPIObject;
}

/** `accounts_open`: the controller and its handler. */
const operationId = (controller: string, handler: string): string =>
  `${controller.charAt(0).toLowerCase()}${controller.replace(/Controller$/, '').slice(1)}_${handler}`;

const description = (): Omit<OpenAPIObject, 'paths'> =>
  new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Sunset')
    .setDescription('What follows after a customer cancels a plan, to the day. Errors are problem documents (RFC 9457) with a stable `code`.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A token of the configured OIDC issuer.' }, 'bearer')
    .build();

function describe(operation: Operation, route: Route): void {
  const { policy, answers } = route;
  operation.security = policy === 'anyone' ? [] : [{ bearer: [] }];
  operation.description = [operation.description, callers(policy)].filter(Boolean).join('\n\n');
  operation.responses = Object.fromEntries(
    answers.map(({ status, description: told, content }) => [String(status), { description: told, ...(content && { content: mediaTypes(content) }) }]),
  );
  for (const [status, codes] of problemsOf(route, operation)) {
    operation.responses[status] = problemAnswer(codes.map((code) => `\`${code}\`: ${problems[code].title}.`).join('\n\n'));
  }
  if (isMutating(route)) {
    operation.responses['413'] = problemAnswer('`invalid_request`: The body is too large.');
    operation.responses['415'] = problemAnswer('`invalid_request`: The content type is not supported here.');
  }
  if (isMutating(route) && policy !== 'anyone') operation.parameters = [...(operation.parameters ?? []), idempotencyKey];
}

const problemAnswer = (description: string) => ({ description, content: { 'application/problem+json': { schema: ProblemSchema } } });

const callers = (policy: Route['policy']): string => (policy === 'anyone' || !policy ? 'Anyone may call.' : `For ${policy.join(', ')}.`);

const mediaTypes = (content: Readonly<Record<string, JsonSchema>>) =>
  Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema }]));

const isMutating = ({ method }: Route): boolean => method !== 'GET';

const idempotencyKey: NonNullable<Operation['parameters']>[number] = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key with the same request gets the same answer, for at least 24 hours.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
};

/** What the handler states, and what its policy, its path and its method bring along; by status. */
function problemsOf(route: Route, operation: Operation): [string, ProblemCode[]][] {
  const { policy, path, refusals } = route;
  const authenticated = policy !== 'anyone';
  const reads = isMutating(route) || (operation.parameters ?? []).some((parameter) => 'in' in parameter && parameter.in === 'query');
  const codes: ProblemCode[] = [
    ...refusals,
    ...(reads ? (['invalid_request'] as const) : []),
    ...(authenticated ? (['unauthenticated', 'forbidden'] as const) : []),
    ...(path.includes('{') ? (['not_found'] as const) : []),
    ...(isMutating(route) && authenticated ? (['idempotency_key_reused', 'request_in_progress'] as const) : []),
    ...(isMutating(route) && path.includes('{accountId}') ? (['clock_unconfirmed'] as const) : []),
    'too_many_requests',
    'unavailable',
  ];
  const byStatus = new Map<string, ProblemCode[]>();
  for (const code of new Set(codes)) {
    const status = String(problems[code].status);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return [...byStatus].sort(([a], [b]) => a.localeCompare(b));
}

/** Input classes are closed like answers are; the declared answers join them as far as the document refers to them. */
function componentsOf(document: OpenAPIObject): Record<string, JsonSchema> {
  const inputs = Object.entries((document.components?.schemas ?? {}) as Record<string, Json>).map(([name, schema]) => [name, { ...schema, additionalProperties: false }] as const);
  const all = new Map<string, JsonSchema>([...declaredSchemas(), ...inputs]);
  const used = new Map<string, JsonSchema>();
  const collect = (value: unknown): void => {
    for (const name of referencesIn(value)) {
      if (used.has(name)) continue;
      const schema = all.get(name);
      if (!schema) throw new Error(`the OpenAPI document refers to a schema that nobody declared: ${name}`);
      used.set(name, schema);
      collect(schema);
    }
  };
  collect(document.paths);
  return Object.fromEntries([...used].sort(([a], [b]) => a.localeCompare(b)));
}

function referencesIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]*)"/g)].flatMap(([, name]) => name ?? []);
}
