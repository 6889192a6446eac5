// Puts examples into the document: of requests, answers and problems.
import type { OpenAPIObject } from '@nestjs/swagger';
import { bodyTooLarge, problemDocument, unsupportedType, type Problem } from '../problems/problems.js';

/** What one operation was once asked, and how it answered. */
export interface OperationExamples {
  readonly request?: unknown;
  /** By status. */
  readonly answers: Readonly<Record<string, unknown>>;
}

export interface Examples {
  /** By `POST /v1/accounts`. */
  readonly operations: Readonly<Record<string, OperationExamples>>;
  /** By code. */
  readonly problems: Readonly<Record<string, unknown>>;
}

type Contents = Readonly<Record<string, object>>;
type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const requestId = '0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';

/** Told before a handler is reached, by every operation alike. */
const fixed: Readonly<Record<string, Problem>> = { body_too_large: bodyTooLarge(), unsupported_type: unsupportedType() };

export const componentExamples = ({ problems }: Examples): Record<string, { value: unknown }> =>
  Object.fromEntries([...Object.entries(problems), ...Object.entries(fixed).map(([name, problem]) => [name, problemDocument(problem, requestId)] as const)].map(([name, value]) => [name, { value }]));

/** As the content of a problem tells those of its codes that have an example. */
export const problemExamples = (names: readonly string[], known: Readonly<Record<string, unknown>>): object => {
  const shown = names.filter((name) => name in known);
  return shown.length === 0 ? {} : { examples: Object.fromEntries(shown.map((name) => [name, { $ref: `#/components/examples/${name}` }])) };
};

export function exemplify(operation: Operation, { request, answers }: OperationExamples): void {
  const body = operation.requestBody as { content?: Contents } | undefined;
  if (request !== undefined && body?.content) body.content = shown(body.content, request);
  for (const [status, value] of Object.entries(answers)) {
    const answer = operation.responses[status] as { content?: Contents } | undefined;
    if (answer?.content) answer.content = shown(answer.content, value);
  }
}

/** Of the first media type, which is what is sent unless another one is asked for. */
function shown(contents: Contents, value: unknown): Contents {
  const [[mediaType, content], ...others] = Object.entries(contents) as [[string, object], ...[string, object][]];
  return { [mediaType]: { ...content, examples: { example: { value } } }, ...Object.fromEntries(others) };
}
