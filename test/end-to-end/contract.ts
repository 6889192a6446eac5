// Holds every answer to the OpenAPI document that the service itself publishes.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export type Schema = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema?: Schema;
}

interface Content {
  readonly [mediaType: string]: { readonly schema: Schema };
}

export interface Operation {
  readonly method: string;
  /** `/v1/accounts/{accountId}` */
  readonly path: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
  /** Each alone is enough: the scheme, with the role that it has to prove. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Omit<Operation, 'method' | 'path' | 'parameters'> & { readonly parameters?: readonly Parameter[] }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface Seen {
  readonly status: number;
  readonly mediaType: string | null;
  readonly text: string;
}

export class Contract {
  readonly operations: readonly Operation[];
  readonly schemas: Readonly<Record<string, Schema>>;
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly compiled = new Map<string, ValidateFunction>();
  private readonly patterns: readonly (readonly [RegExp, Operation])[];

  constructor(document: Document) {
    addFormats.default(this.ajv);
    this.ajv.addSchema({ $id: 'openapi', ...document });
    this.schemas = document.components.schemas;
    this.operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ ...operation, parameters: operation.parameters ?? [], method: method.toUpperCase(), path })),
    );
    this.patterns = this.operations.map((operation) => [new RegExp(`^${operation.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`), operation] as const);
  }

  /** What the request asks for; a path without parameters wins. `undefined`: nothing that the document knows. */
  operation(method: string, pathname: string): Operation | undefined {
    const found = this.patterns.filter(([pattern, operation]) => operation.method === method && pattern.test(pathname)).map(([, operation]) => operation);
    return found.sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
  }

  /** Follows references into the components, and takes in what one `allOf` adds. */
  resolve({ $ref, allOf, ...schema }: Schema): Schema {
    const [, name] = typeof $ref === 'string' ? (/^#\/components\/schemas\/(.+)$/.exec($ref) ?? []) : [];
    const parts = [...(name === undefined ? [] : [this.schemas[name] ?? {}]), ...((allOf ?? []) as readonly Schema[])];
    return parts.reduce<Schema>((whole, part) => ({ ...whole, ...this.resolve(part) }), schema);
  }

  /** Throws an `Error` that says what the document does not state. */
  check(method: string, pathname: string, seen: Seen): void {
    const operation = this.operation(method, pathname);
    const where = `${method} ${pathname} answered ${seen.status}`;
    if (!operation) {
      if (seen.status === 404 || seen.status === 405) return this.checkBody(where, { $ref: '#/components/schemas/Problem' }, seen);
      throw new Error(`${where}, and the document knows no such operation: ${seen.text}`);
    }
    const stated = operation.responses[String(seen.status)];
    if (!stated) throw new Error(`${where}, which the document does not state: ${seen.text.slice(0, 1000)}`);
    if (!stated.content) {
      if (seen.text !== '') throw new Error(`${where} with a body, which the document does not state: ${seen.text.slice(0, 1000)}`);
      return;
    }
    const content = stated.content[seen.mediaType ?? ''];
    if (!content) throw new Error(`${where} as ${seen.mediaType}, which the document does not state`);
    this.checkBody(where, content.schema, seen);
  }

  /** A request that was accepted has to be one that the document allows. */
  checkAccepted(method: string, pathname: string, body: unknown): void {
    const schema = this.operation(method, pathname)?.requestBody?.content['application/json']?.schema;
    if (schema) this.valid(`${method} ${pathname} accepted a body that the document does not allow`, schema, body);
  }

  private checkBody(where: string, schema: Schema, { mediaType, text }: Seen): void {
    if (mediaType === 'application/x-ndjson' && schema['type'] !== 'string') {
      for (const line of text.split('\n').filter((one) => one !== '')) this.valid(where, schema, JSON.parse(line));
    } else if (mediaType?.endsWith('json') && mediaType !== 'application/x-ndjson') {
      this.valid(where, schema, JSON.parse(text));
    } else {
      this.valid(where, schema, text);
    }
  }

  private valid(where: string, schema: Schema, value: unknown): void {
    const text = JSON.stringify(schema).replaceAll('"#/', '"openapi#/');
    const validate = this.compiled.get(text) ?? this.ajv.compile(JSON.parse(text) as Schema);
    this.compiled.set(text, validate);
    if (!validate(value)) throw new Error(`${where}: ${this.ajv.errorsText(validate.errors)} in ${JSON.stringify(value).slice(0, 1500)}`);
  }
}
