// Numbers of an account, a page of them or one: the state knows which, and the events about these alone are asked for.
import { numberById, numbersFrom, type PhoneNumber } from '#domain';
import { numberTypes, numberViews, type NumberView } from '#read-models';
import type { Account } from '../memberships.js';

/** From the place `start` on, the first at 0, in the order in which they were added. */
export const numbersPage = (account: Account, { start, most }: { readonly start: number; readonly most: number }): Promise<readonly NumberView[]> =>
  viewsOf(account, numbersFrom(account.state.numbers.all, start, most));

/** `null`: there is none of that id. */
export async function numberView(account: Account, numberId: string): Promise<NumberView | null> {
  const number = numberById(account.state.numbers.all, numberId);
  return number ? (await viewsOf(account, [number]))[0]! : null;
}

const viewsOf = async ({ state, events }: Account, numbers: readonly PhoneNumber[]): Promise<readonly NumberView[]> =>
  numbers.length === 0 ? [] : numberViews(state, numbers, await events({ types: numberTypes, subjects: numbers.map(({ numberId }) => numberId) }));
