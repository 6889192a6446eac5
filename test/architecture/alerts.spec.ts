// What the alert rules ask for and the dashboard shows exists: a metric that nobody tells never rings, and its panel stays empty.
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

/** Of a histogram its parts are asked. */
const isTold = (metric: string): boolean => told.has(metric) || told.has(metric.replace(/_(bucket|sum|count)$/, ''));

interface Dashboard {
  readonly panels: readonly { readonly id: number; readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

describe('the dashboard', () => {
  const { panels } = JSON.parse(readFileSync(join(root, 'docker/grafana-dashboard.json'), 'utf8')) as Dashboard;

  it('shows only metrics that the service tells, and every panel one', () => {
    const shown = panels.map(({ title, targets }) => [title, targets.flatMap(({ expr }) => [...expr.matchAll(/sunset_[a-z_]+/g)].map(([name]) => name))] as const);
    expect(shown.filter(([, metrics]) => metrics.length === 0)).toEqual([]);
    expect(shown.flatMap(([title, metrics]) => metrics.filter((metric) => !isTold(metric)).map((metric) => `${title}: ${metric}`))).toEqual([]);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  it('shows whatever somebody is alarmed about on behalf of time and the proof', () => {
    const onTime = groups.filter(({ name }) => ['sunset-on-time', 'sunset-proof'].includes(name)).flatMap((group) => group.rules);
    const asked = onTime.flatMap(({ expr }) => [...expr.matchAll(/sunset_[a-z_]+/g)].map(([name]) => name));
    expect(asked.length).toBeGreaterThanOrEqual(10);
    expect(asked.filter((metric) => !panels.some(({ targets }) => targets.some(({ expr }) => expr.includes(metric))))).toEqual([]);
  });
});

describe('the alert rules', () => {
  it('ask for metrics that the service tells', () => {
    const asked = rules.flatMap(({ alert, expr }) => [...expr.matchAll(/sunset_[a-z_]+/g)].map(([name]) => `${alert}: ${name}`));
    expect(asked.length).toBeGreaterThanOrEqual(rules.length);
    expect(asked.filter((one) => !isTold(one.split(': ')[1]!))).toEqual([]);
  });

  it('watch every reason for which somebody is turned away, but that he has brought no token', () => {
    const watched = rules.flatMap(({ expr }) => [...expr.matchAll(/reason="(\w+)"/g)].map(([, reason]) => reason!));
    expect(watched.sort()).toEqual(reasons!.filter((reason) => reason !== 'no_token').sort());
  });

  it('each have a name of their own, and say what it means', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { annotations } of rules) {
      // A comma in words without quotes begins another annotation, which Prometheus refuses to load.
      expect(Object.keys(annotations)).toEqual(['summary']);
      expect(annotations.summary).toMatch(/^.{20,}[.)]$/s);
    }
  });
});
