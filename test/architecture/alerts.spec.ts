// What the alert rules ask for exists: a metric that nobody tells never rings.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Rules {
  readonly groups: readonly { readonly name: string; readonly rules: readonly { readonly alert: string; readonly expr: string; readonly annotations: { readonly summary: string } }[] }[];
}

const { groups } = parse(readFileSync(join(root, 'docker/alerts.yaml'), 'utf8')) as Rules;
const rules = groups.flatMap((group) => group.rules);
const sources = ['apps/api/src', 'apps/worker/src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.includes('.spec.')).map((file) => readFileSync(join(root, folder, file), 'utf8')));
const told = new Set(sources.flatMap((source) => [...source.matchAll(/name: '([a-z_]+)'/g)].map(([, name]) => name!)));
const reasons = /refusalReasons = \[([^\]]+)\]/.exec(sources.join('\n'))![1]!.match(/\w+/g);

describe('the alert rules', () => {
  it('ask for metrics that the service tells', () => {
    const asked = rules.flatMap(({ alert, expr }) => [...expr.matchAll(/sunset_[a-z_]+/g)].map(([name]) => `${alert}: ${name}`));
    expect(asked.length).toBeGreaterThanOrEqual(rules.length);
    expect(asked.filter((one) => !told.has(one.split(': ')[1]!))).toEqual([]);
  });

  it('watch every reason for which somebody is turned away, but that he has brought no token', () => {
    const watched = rules.flatMap(({ expr }) => [...expr.matchAll(/reason="(\w+)"/g)].map(([, reason]) => reason!));
    expect(watched.sort()).toEqual(reasons!.filter((reason) => reason !== 'no_token').sort());
  });

  it('each have a name of their own, and say what it means', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { annotations } of rules) expect(annotations.summary.length).toBeGreaterThan(20);
  });
});
