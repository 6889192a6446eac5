// Who of staff sits here: the token of this tab, and the service as they call it with it.
import { useSyncExternalStore } from 'react';
import { createClient } from '../../../../clients/typescript/src/index.js';
import { bodyOf, service } from '../service/client.js';
import { queries } from '../service/queries.js';
import { Tokens, type Kept } from './tokens.js';

const place = 'sunset:staff';
const changed = new EventTarget();

const tokens = new Tokens({
  read: () => sessionStorage.getItem(place),
  write(text) {
    if (text === null) sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, text);
    changed.dispatchEvent(new Event('changed'));
  },
});

export const keep = (kept: Kept): void => { tokens.keep(kept); };

/** `why`: what is said where the next one signs in. Answers what there was; what was read with it is forgotten. */
export function leave(why: Ended | null = null): Kept | null {
  ended = why;
  queries.clear();
  return tokens.drop();
}

/** Why nobody sits here any more, or yet. */
export type Ended = { readonly because: 'expired' } | { readonly because: 'refused'; readonly detail: string };

let ended: Ended | null = null;

export const whyEnded = (): Ended | null => ended;

function subscribe(listener: () => void): () => void {
  changed.addEventListener('changed', listener);
  return () => { changed.removeEventListener('changed', listener); };
}

/** `null`: nobody. */
export const useToken = (): string | null => useSyncExternalStore(subscribe, () => tokens.token);

/** Anybody can have one in the sandbox, and nobody elsewhere. */
export const sandboxToken = async (role: StaffRole): Promise<string> => (await bodyOf(service.POST('/v1/dev/tokens', { body: { role } }))).token;

export type StaffRole = 'operator' | 'viewer' | 'analyst';

export const staff = createClient({ baseUrl: location.origin, token: () => tokens.current() });

// What the service does not believe any more ends the session; the address stays, so that whoever signs in again is where he was.
staff.use({
  async onResponse({ request, response }) {
    if (response.status !== 401 || request.headers.get('authorization') !== `Bearer ${tokens.token}`) return;
    const { detail } = (await response.clone().json()) as { readonly detail: string };
    leave(tokens.isOver ? { because: 'expired' } : { because: 'refused', detail });
  },
});
