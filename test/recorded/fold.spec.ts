// What the fold makes of recorded lives, whole: snapshots hold it. Should this test object, raise `foldVersion`, so that those of before are thrown away, and write what it says here.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { evolve, foldVersion, noMembership, type MembershipEvent } from '#domain';

const lives = JSON.parse(readFileSync(new URL('./lives.json', import.meta.url), 'utf8')) as readonly { readonly accountId: string; readonly events: readonly MembershipEvent[] }[];

it('is what its version says', () => {
  const states = createHash('sha256');
  for (const { accountId, events } of lives) {
    let state = noMembership(accountId);
    for (const event of events) states.update(JSON.stringify((state = evolve(state, event))));
  }
  expect([foldVersion, states.digest('hex').slice(0, 16)]).toEqual([2, '841ce11f2751290c']);
});
