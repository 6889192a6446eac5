// What the fold makes of recorded lives, whole: snapshots hold it, under the name of their fold. Should this test object to the states alone, raise `foldVersion`, so that those of
// before are thrown away. Where an event is new or has another shape the name is another one already; raise it all the same if older events give another state, or a field that was
// there is another one. Then write what it says here.
import { createHash } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { foldName } from '#application';
import { evolve, noMembership } from '#domain';
import { lives } from './recorded-lives.js';

it('is what its name says', () => {
  const states = createHash('sha256');
  for (const { accountId, events } of lives) {
    let state = noMembership(accountId);
    for (const event of events) states.update(JSON.stringify((state = evolve(state, event))));
  }
  expect([foldName, states.digest('hex').slice(0, 16)]).toEqual(['5-81499abbae5f43ec', '86d3b75a3edfce78']);
});
