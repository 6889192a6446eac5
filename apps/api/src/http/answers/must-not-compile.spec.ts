// What must not compile: a route that leaves out a code, and a handler that refuses with one which its command does not say. Checked with the types of the whole repository.
import { describe, expect, it } from '@jest/globals';
import { notFound, refuse } from '#kernel';
import { BuyNumber, ChangePlan, decides, handles, Memberships, orRefuse, PlaceLegalHold, RetryEffect, StartErasure, type AskFor } from '#application';
import { Refuses } from './answers.js';
import { Execute, type Executes } from './execute.js';

class Routes {
  // @ts-expect-error the core's rule refuses with more
  @Refuses('account_purged')
  changePlan(@Execute() _execute: Executes<ChangePlan>): void {}

  // @ts-expect-error the number may be another account's: the application says so, not the rule
  @Refuses('number_exists', 'no_open_plan', 'account_purged')
  buy(@Execute() _execute: Executes<BuyNumber>): void {}

  // @ts-expect-error a table refuses as well
  @Refuses()
  retry(@Execute() _execute: Executes<RetryEffect>): void {}

  // @ts-expect-error one of two commands refuses with more
  @Refuses('effect_not_retryable', 'account_purged')
  both(@Execute() _one: Executes<RetryEffect>, @Execute() _other: Executes<StartErasure>): void {}

  // @ts-expect-error nobody says how that is told
  @Refuses('no_such_code')
  unheardOf(): void {}

  @Refuses('effect_not_retryable')
  complete(@Execute() _execute: Executes<RetryEffect>): void {}

  @Refuses('account_purged', 'legal_hold')
  executesNothing(): void {}
}

const retry = new RetryEffect('e', { actor: { role: 'operator', id: 'o' }, channel: 'api', correlationId: 'c', causationId: 'r' }, 'why');
// @ts-expect-error the command does not say so
const unsaid = (): unknown => orRefuse(retry, refuse('legal_hold'));
// @ts-expect-error neither alone nor among others
const unsaidAmongOthers = (): unknown => orRefuse(retry, Math.random() > 2 ? refuse('effect_not_retryable') : notFound('effect'));
const said = (): unknown => orRefuse(retry, Math.random() > 2 ? refuse('effect_not_retryable') : 1);
// @ts-expect-error the service refuses with what the command does not say
const handedOn = (): unknown => handles(RetryEffect, [Memberships], () => Promise.resolve(refuse('legal_hold')));
// @ts-expect-error the core is asked for something else
const otherDecision = (): unknown => decides(ChangePlan, ({ subscriptionId }) => ({ type: 'MarkPaid', subscriptionId }));
// @ts-expect-error it answers more than the account, which somebody has to gather
const ungathered = (): unknown => decides(PlaceLegalHold, ({ reason, reviewAt }) => ({ type: 'PlaceLegalHold', holdId: 'h', reason, reviewAt }));
// @ts-expect-error what is gathered is refused with a code that the command does not say
const gathered: AskFor<StartErasure> = () => refuse('number_taken');

describe('what must not compile', () => {
  it('is looked at by the compiler alone', () => {
    expect([Routes, unsaid, unsaidAmongOthers, said, handedOn, otherDecision, ungathered, gathered]).toHaveLength(8);
  });
});
