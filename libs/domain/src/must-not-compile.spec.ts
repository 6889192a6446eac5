// What must not compile: a half-written consequence, a state or a sentence that holds a person, a rule for what has ended. Checked with the types of the whole repository.
import { describe, expect, it } from '@jest/globals';
import { event } from '#kernel';
import type { AccountState } from './account/state.js';
import { AccountChanged, AccountOpened } from './account/events.js';
import { loss, type Loss } from './consequence.js';
import { releaseNumbers } from './numbers/consequences.js';
import type { KnownToNumbers } from './numbers/state.js';
import type { NumberPurchased, NumberReleased } from './numbers/events.js';
import type { Folds, Sentences } from './subject.js';
import { renew } from './subscriptions/rules.js';
import type { Subscription } from './subscriptions/subscription.js';

type Row = Omit<Loss<'lose', KnownToNumbers, never, typeof NumberReleased, 'it'>, 'kind'>;

const { takes: _takes, ...withoutTakes } = releaseNumbers;
const { announcedDaysBefore: _announced, ...withoutAnnouncement } = releaseNumbers;
const { foretold: _foretold, ...withoutSentence } = releaseNumbers;
const { heldByLegalHold: _held, ...withoutHold } = releaseNumbers;
const { lost: _lost, ...withoutLoss } = releaseNumbers;

// @ts-expect-error nothing says what is lost by it
const row1 = loss<KnownToNumbers, never, never>()('lose', withoutTakes);
// @ts-expect-error nothing says when it is announced
const row2 = loss<KnownToNumbers, never, never>()('lose', withoutAnnouncement);
// @ts-expect-error no sentence foretells it
const row3 = loss<KnownToNumbers, never, never>()('lose', withoutSentence);
// @ts-expect-error nothing says whether a hold stops it
const row4 = loss<KnownToNumbers, never, never>()('lose', withoutHold);
// @ts-expect-error nothing says whether it is lost already
const row5 = loss<KnownToNumbers, never, never>()('lose', withoutLoss);
// @ts-expect-error the event that carries it out is not told
const told: Row['told'] = {};

// @ts-expect-error a name is personal
const nameInTerms: Folds<AccountState, AccountState, typeof AccountOpened>['AccountOpened'] = (_, { name: _name }) => ({ terms: null });
// @ts-expect-error nothing says how the account is forgotten
const unforgotten: Folds<AccountState, AccountState, typeof AccountOpened> = { AccountOpened: () => ({}) };
// @ts-expect-error part of a state that belongs to somebody else
const somebodyElses: Folds<AccountState, AccountState, typeof AccountChanged>['AccountChanged'] = () => ({ wallet: {} });
// @ts-expect-error a number names its holder
const spoken: Sentences<typeof NumberPurchased> = { NumberPurchased: ({ e164 }) => `Bought ${String(e164)}.` };
// @ts-expect-error nothing says that it is sealed
const unsealed = event('Unsealed')<{ at: string }, { name: string }>();

declare const subscription: Subscription;
// @ts-expect-error what may have ended does not renew
const renewing = (): unknown => renew(subscription);

describe('what must not compile', () => {
  it('is looked at by the compiler alone', () => {
    expect([row1, row2, row3, row4, row5, told, nameInTerms, unforgotten, somebodyElses, spoken, unsealed, renewing]).toHaveLength(12);
  });
});
