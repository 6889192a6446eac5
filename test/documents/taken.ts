// Keeps what is said over HTTP as examples: of each operation the first request and the first answer of each status, of each code the first problem.
import type { Examples, OperationExamples } from '../../apps/api/src/http/documents/exemplified.js';
import type { Client } from '../end-to-end/client.js';

/** From now on; answers that are no text are left out. */
export function takeExamples(client: Client): Examples {
  const operations: Record<string, { request?: unknown; answers: Record<string, unknown> }> = {};
  const problems: Record<string, unknown> = {};
  const send = client.send.bind(client);
  client.send = async (method, path, options) => {
    const answer = await send(method, path, options);
    const operation = client.contract.operation(method, new URL(client.base + path).pathname);
    if (!operation) return answer;
    const mediaType = answer.headers.get('content-type')?.split(';', 1)[0];
    if (mediaType === 'application/problem+json') {
      const { code, ...problem } = answer.json<{ code: string }>();
      problems[code] ??= readable({ code, ...problem });
      return answer;
    }
    const taken = (operations[`${operation.method} ${operation.path}`] ??= { answers: {} });
    if (answer.status < 300 && options?.body !== undefined) taken.request ??= readable(options.body);
    if (answer.text !== '' && mediaType?.endsWith('json')) taken.answers[answer.status] ??= readable(mediaType.endsWith('ndjson') ? JSON.parse(answer.text.split('\n', 1)[0]!) : answer.json());
    if (answer.text !== '' && mediaType === 'text/plain') taken.answers[answer.status] ??= answer.text.split('\n').slice(0, 6).join('\n');
    return answer;
  };
  return { operations: operations satisfies Record<string, OperationExamples>, problems };
}

const entriesMost = 3;

/** Long lists and long texts, as tokens and signatures are, are cut short. */
function readable(value: unknown): unknown {
  if (typeof value === 'string') return value.length > 400 ? `${value.slice(0, 40)}…` : value;
  if (Array.isArray(value)) return value.slice(0, entriesMost).map(readable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, readable(member)]));
}

/** What of an example stays the same from run to run: which fields there are, and of what kind they are. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]));
}
