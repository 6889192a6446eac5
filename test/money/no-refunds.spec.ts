// No refund and no proration exists on any path (R26): not as an event, not as a kind of movement, not as a word in a program.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { builtInPolicy, membershipEvents } from '#domain';

const root = fileURLToPath(new URL('../../', import.meta.url));
const forbidden = /refund|pro-?rat|reembols|prorrat/i;

const sources = ['libs', 'apps'].flatMap((part) =>
  readdirSync(join(root, part), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|mjs|json)$/.test(file) && !/\.spec\.ts$|(^|\/)(test|sandbox)\//.test(file))
    // The document shows answers as they were, and that text in them.
    .filter((file) => !/openapi\.json$|documents\/examples\.ts$/.test(file))
    .map((file) => join(part, file)),
);

/** Whoever says that there is none says it so. */
const denied = /'no-refund'|(not|nothing is) refunded|no se reembolsa/i;

describe('refunds and prorations', () => {
  it('are no events', () => {
    const types = membershipEvents.map(({ type }) => type);
    expect(types.length).toBeGreaterThan(30);
    expect(types.filter((type) => forbidden.test(type))).toEqual([]);
  });

  it('are in no line of the sources but those that say there are none', () => {
    expect(sources.length).toBeGreaterThan(150);
    const found = sources.flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .flatMap((line) => (forbidden.test(line) ? [{ file, line: line.trim() }] : [])),
    );
    expect(found.filter(({ line }) => !denied.test(line))).toEqual([]);
    const { texts } = builtInPolicy.disclosures.find(({ id }) => id === 'no-refund')!;
    for (const [language, text] of Object.entries(texts)) expect(found).toContainEqual({ file: 'libs/domain/src/built-in-policy.ts', line: `${language}: '${text}',` });
  });

  it('would be noticed', () => {
    for (const name of ['SubscriptionRefunded', 'card_refund', 'ProrationCredited', 'prorated', 'pro-rata', 'reembolso']) expect(name).toMatch(forbidden);
  });
});
