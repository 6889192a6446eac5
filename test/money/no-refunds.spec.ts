// No refund and no proration exists on any path (R26): not as an event, not as a kind of movement, not as a word in a program.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { disclosures, membershipEvents } from '#domain';

const root = fileURLToPath(new URL('../../', import.meta.url));
const forbidden = /refund|pro-?rat/i;

const sources = ['libs', 'apps'].flatMap((part) =>
  readdirSync(join(root, part), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|mjs|json)$/.test(file) && !/\.spec\.ts$|(^|\/)(test|sandbox)\//.test(file))
    .map((file) => join(part, file)),
);

/** The one place that may say it: the text that tells the customer there is none. */
const toldToCustomers = disclosures.find(({ id }) => id === 'no-refund')!;

describe('refunds and prorations', () => {
  it('are no events', () => {
    const types = membershipEvents.map(({ type }) => type);
    expect(types.length).toBeGreaterThan(30);
    expect(types.filter((type) => forbidden.test(type))).toEqual([]);
  });

  it('are in no line of the sources but the text that says there are none', () => {
    expect(sources.length).toBeGreaterThan(150);
    const found = sources.flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .flatMap((line) => (forbidden.test(line) ? [{ file, line: line.trim() }] : [])),
    );
    expect(found).toEqual([
      { file: 'libs/domain/src/cancellation/disclosures.ts', line: `id: '${toldToCustomers.id}',` },
      { file: 'libs/domain/src/cancellation/disclosures.ts', line: `text: '${toldToCustomers.text}',` },
    ]);
  });

  it('would be noticed', () => {
    for (const name of ['SubscriptionRefunded', 'card_refund', 'ProrationCredited', 'prorated', 'pro-rata']) expect(name).toMatch(forbidden);
  });
});
