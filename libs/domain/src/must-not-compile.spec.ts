// What must not compile: a half-written consequence, a state or a sentence that holds a person, a rule for what has ended. Checked with the types of the whole repository.
import { describe, expect, it } from '@jest/globals';
import { event } from '#kernel';
import type { AccountState } from './account/state.js';
import { AccountChanged, AccountOpened } from './account/events.js';
import { builtInPolicy } from './built-in-policy.js';
import { loss } from './consequence.js';
import { releaseNumbers } from './numbers/consequences.js';
import type { KnownToNumbers } from './numbers/state.js';
import type { NumberPurchased } from './numbers/events.js';
import { es } from './membership/languages/es.js';
import type { Words } from './membership/languages/words.js';
import type { ReasonCode } from './policy-in-force.js';
import type { Folds, Sentences } from './subject.js';
import { renew } from './subscriptions/rules.js';
import type { Subscription } from './subscriptions/subscription.js';


const { takes: _takes, ...withoutTakes } = releaseNumbers;
const { announcedDaysBefore: _announced, ...withoutAnnouncement } = releaseNumbers;
const { carriedOutBy: _carriedOutBy, ...withoutEvent } = releaseNumbers;
const { heldByLegalHold: _held, ...withoutHold } = releaseNumbers;
const { lost: _lost, ...withoutLoss } = releaseNumbers;

// @ts-expect-error nothing says what is lost by it
const row1 = loss<KnownToNumbers, never>()('lose', withoutTakes);
// @ts-expect-error nothing says when it is announced
const row2 = loss<KnownToNumbers, never>()('lose', withoutAnnouncement);
// @ts-expect-error nothing says which events carry it out
const row3 = loss<KnownToNumbers, never>()('lose', withoutEvent);
// @ts-expect-error nothing says whether a hold stops it
const row4 = loss<KnownToNumbers, never>()('lose', withoutHold);
// @ts-expect-error nothing says whether it is lost already
const row5 = loss<KnownToNumbers, never>()('lose', withoutLoss);
const { NumbersReleased: _NumbersReleased, ...sentences } = es.happened;
// @ts-expect-error an event is told in one language alone
const told: Words['happened'] = sentences;
// @ts-expect-error a reason that is on no list
const given: ReasonCode = 'unused';

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
const renewing = (): unknown => renew(subscription, builtInPolicy);

describe('what must not compile', () => {
  it('is looked at by the compiler alone', () => {
    expect([row1, row2, row3, row4, row5, told, given, nameInTerms, unforgotten, somebodyElses, spoken, unsealed, renewing]).toHaveLength(13);
  });
});
