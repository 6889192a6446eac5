// Where in the page one is: behind the `#` of the address, so that back, reload and a second tab work.
import { useSyncExternalStore } from 'react';

const event = 'sunset:moved';
let moved = false;

/** Whether one came here from another place of the page. */
export const hasMoved = (): boolean => moved;

function subscribe(changed: () => void): () => void {
  const told = (): void => {
    moved = true;
    changed();
  };
  for (const name of ['popstate', event]) window.addEventListener(name, told);
  return () => {
    for (const name of ['popstate', event]) window.removeEventListener(name, told);
  };
}

/** `/unsubscribe/plan`; `/` at the beginning. */
export const useAddress = (): string => useSyncExternalStore(subscribe, () => location.hash.slice(1) || '/');

interface Way {
  /** The same place, more closely told: no entry of its own in the history. */
  readonly replaces?: boolean;
  /** Kept with the entry of the history: it survives a reload, and is in no address. */
  readonly carrying?: unknown;
}

export function go(address: string, { replaces = false, carrying = null }: Way = {}): void {
  const url = `${location.pathname}${location.search}#${address}`;
  if (replaces) history.replaceState(carrying, '', url);
  else history.pushState(carrying, '', url);
  window.dispatchEvent(new Event(event));
}

export const carried = (): unknown => history.state;
