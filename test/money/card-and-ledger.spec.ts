// Thousands of random lives: no card is charged that must rest, none twice, and the ledger is the events. `SEED` and `LIVES` say which and how many.
import { describe, expect, it } from '@jest/globals';
import { CardWatch } from './card-watch.js';
import { LedgerWatch } from './ledger-watch.js';
import { liveAccount, livesOr, seed } from './random-account.js';

const lives = livesOr(2000);

describe(`${lives} random lives from seed ${seed}`, () => {
  const card = new CardWatch();
  const ledger = new LedgerWatch();

  it('never charge a card for what is cancelled, and once for what runs; the ledger adds up at every position', () => {
    for (let index = 0; index < lives; index += 1) {
      const life = liveAccount(seed + index);
      card.watch(life.events);
      ledger.watch(life);
    }
    expect(lives).toBeGreaterThan(0);
  }, 600_000);

  if (lives >= 500) {
    it('have met cancellations, charges of every kind, and every kind of movement', () => {
      for (const [what, count] of Object.entries(card.counts)) expect([what, count > lives / 100]).toEqual([what, true]);
      expect([...ledger.kinds.keys()].toSorted()).toEqual(['auto_recharge', 'card_charge', 'number_fee', 'number_fee_shortfall', 'top_up', 'unsent_message_credit']);
    });
  }
});
