// The OpenAPI 3.1 document, made from what the handlers state: input classes, @Answers, @Refuses and policies.
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { POLICY } from '#application';
import type { PolicyInForce } from '#domain';
import { withLists } from '../input/policy-lists.js';
import { problems, type ProblemCode } from '../problems/problems.js';
import { examples } from './examples.js';
import { componentExamples, exemplify, problemExamples } from './exemplified.js';
import { introduction } from './prose.js';
import { tagOf, tags } from './tags.js';
import { routesOf, type Route } from './routes.js';
import { describedWebhooks } from './webhooks.js';
import { declaredSchemas, ProblemSchema, type JsonSchema } from '../answers/schemas.js';

type Json = Record<string, unknown>;

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

type Operation = NonNullable<OpenAPIObject['paths'][string][Method]>;

export function openApiDocument(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, description(), { autoTagControllers: false, operationIdFactory: operationId });
  for (const route of routesOf(app)) {
    const operation = document.paths[route.path]?.[route.method.toLowerCase() as Method];
    if (operation) describe(operation, route);
  }
  const webhooks = describedWebhooks();
  document.components = { ...document.components, schemas: componentsOf(document, webhooks), examples: exampled };
  return JSON.parse(withLists(JSON.stringify({ ...document, webhooks }), app.get<PolicyInForce>(POLICY, { strict: false }))) as OpenAPIObject;
}

/** `accounts_open`, where no summary says better: the controller and its handler. */
const operationId = (controller: string, handler: string): string =>
  `${controller.charAt(0).toLowerCase()}${controller.replace(/Controller$/, '').slice(1)}_${handler}`;

const description = (): Omit<OpenAPIObject, 'paths'> => ({ ...about(), tags: tags.map(({ name, description: told }) => ({ name, description: told })) });

const about = (): Omit<OpenAPIObject, 'paths'> =>
  new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Sunset')
    .setDescription(introduction)
    .setVersion('1')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A token of the configured OIDC issuer.' }, 'bearer')
    .build();

const exampled = componentExamples(examples);

function describe(operation: Operation, route: Route): void {
  const { policy, answers, method, path } = route;
  const tag = tagOf(path);
  if (tag !== undefined) operation.tags = [tag];
  // Each alone is enough.
  operation.security = policy === 'anyone' || !policy ? [] : policy.map((role) => ({ bearer: [role] }));
  operation.description = [operation.description, callers(policy)].filter(Boolean).join('\n\n');
  operation.responses = Object.fromEntries(
    answers.map(({ status, description: told, content }) => [String(status), { description: told, ...(content && { content: mediaTypes(content) }) }]),
  );
  for (const [status, codes] of problemsOf(route, operation)) {
    operation.responses[status] = problemAnswer(codes.map((code) => `\`${code}\`: ${problems[code].title}.`).join('\n\n'), codes);
  }
  if (isMutating(route)) {
    operation.responses['413'] = problemAnswer('`invalid_request`: The body is too large.', ['body_too_large']);
    operation.responses['415'] = problemAnswer('`invalid_request`: The content type is not supported here.', ['unsupported_type']);
  }
  if (isMutating(route) && policy !== 'anyone') operation.parameters = [...(operation.parameters ?? []), idempotencyKey];
  exemplify(operation, examples.operations[`${method} ${path}`] ?? { answers: {} });
}

const problemAnswer = (description: string, names: readonly string[]) => ({
  description,
  content: { 'application/problem+json': { schema: ProblemSchema, ...problemExamples(names, exampled) } },
});

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
function componentsOf(document: OpenAPIObject, webhooks: Record<string, object>): Record<string, JsonSchema> {
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
  collect([document.paths, webhooks]);
  return Object.fromEntries([...used].sort(([a], [b]) => a.localeCompare(b)));
}

function referencesIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]*)"/g)].flatMap(([, name]) => name ?? []);
}
