// What the fold makes of recorded lives, whole: snapshots hold it, under the name of their fold. Should this test object to the states alone, raise `foldVersion`, so that those of
// before are thrown away. Where an event is new or has another shape the name is another one already; raise it all the same if older events give another state, or a field that was
// there is another one. Then write what it says here.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { foldName } from '#application';
import { evolve, noMembership, type MembershipEvent } from '#domain';

const lives = JSON.parse(readFileSync(new URL('./lives.json', import.meta.url), 'utf8')) as readonly { readonly accountId: string; readonly events: readonly MembershipEvent[] }[];

it('is what its name says', () => {
  const states = createHash('sha256');
  for (const { accountId, events } of lives) {
    let state = noMembership(accountId);
    for (const event of events) states.update(JSON.stringify((state = evolve(state, event))));
  }
  expect([foldName, states.digest('hex').slice(0, 16)]).toEqual(['2-fc2bd701cd49f0ad', '841ce11f2751290c']);
});
