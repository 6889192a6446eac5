// Which methods a path knows, for the answers to OPTIONS and to methods that are not allowed.
import type { FastifyInstance } from 'fastify';

interface Template {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

const tables = new WeakMap<object, Map<string, Template>>();

/** Must run before the first route is added. */
export function keepRoutes(instance: FastifyInstance): void {
  const table = new Map<string, Template>();
  tables.set(instance.server, table);
  instance.addHook('onRoute', ({ url, method }) => {
    const template = table.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const one of [method].flat()) template.methods.add(one);
    table.set(url, template);
  });
}

export function methodsOf(instance: FastifyInstance, url: string): string[] {
  const path = url.split('?', 1)[0] ?? '';
  const found = [...(tables.get(instance.server)?.values() ?? [])].filter(({ pattern }) => pattern.test(path));
  return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort();
}

const patternOf = (url: string): RegExp =>
  new RegExp(`^${url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('/')}$`);
