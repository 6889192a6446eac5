// Folds what happened into the state: every subject takes an event into its own part, those below before those above.
import type { Instant, OpenDataOf } from '#kernel';
import { accountFolds } from '../account/fold.js';
import { cancellationFolds } from '../cancellation/fold.js';
import { chargeFolds } from '../charges/fold.js';
import { noticeFolds } from '../notices/fold.js';
import { numberFolds } from '../numbers/fold.js';
import { operatorFolds } from '../operators/fold.js';
import { retentionFolds } from '../retention/fold.js';
import { subscriptionFolds } from '../subscriptions/fold.js';
import { tenDlcFolds } from '../ten-dlc/fold.js';
import { walletFolds } from '../wallet/fold.js';
import type { DeclaredEvent, MembershipEvent } from './events.js';
import { openDataOf } from './personal.js';
import type { Membership } from './state.js';
import { wishFolds } from './wishes.js';

type AnyFold = (state: Membership, data: OpenDataOf<DeclaredEvent>, at: Instant, before: Membership) => Partial<Membership>;

/** From the lowest floor to the highest: a subject sees what those below it have made of the event. */
const floors = [accountFolds, operatorFolds, noticeFolds, subscriptionFolds, chargeFolds, walletFolds, cancellationFolds, numberFolds, tenDlcFolds, retentionFolds, wishFolds] as readonly Readonly<
  Partial<Record<MembershipEvent['type'], AnyFold>>
>[];

/** Those that take in an event of the type. */
const floorsOf: ReadonlyMap<string, typeof floors> = new Map(
  floors.flatMap((folds) => Object.keys(folds) as MembershipEvent['type'][]).map((type) => [type, floors.filter((folds) => type in folds)]),
);

/**
 * Names what the fold makes of events. To be raised whenever it makes something else of the same ones, or its state has another shape: a state that
 * was kept under another version is thrown away. `test/recorded` says when.
 */
export const foldVersion = 5;

/** Throws for an event that no subject knows. What is personal of it is handed to none. */
export function evolve(before: Membership, event: MembershipEvent): Membership {
  const { type, effectiveAt } = event;
  const known = floorsOf.get(type);
  if (!known) throw new Error(`no subject knows ${type}`);
  const data = openDataOf(event);
  // One copy for all floors: none keeps the state that it is handed.
  const state = { ...before };
  for (const folds of known) Object.assign(state, folds[type]?.(state, data, effectiveAt, before));
  return state;
}

export const fold = (state: Membership, events: readonly MembershipEvent[]): Membership => events.reduce(evolve, state);
