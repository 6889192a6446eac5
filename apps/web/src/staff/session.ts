// Who sits at the desk, and the service as they call it: with a token of theirs, which the tab forgets when it is closed.
import { useSyncExternalStore } from 'react';
import { createClient } from '../../../../clients/typescript/src/index.js';
import { bodyOf, service } from '../service/client.js';

const place = 'sunset:staff-token';
const changed = new EventTarget();

const tokenKept = (): string | null => sessionStorage.getItem(place);

export function keepToken(token: string | null): void {
  if (token === null) sessionStorage.removeItem(place);
  else sessionStorage.setItem(place, token);
  changed.dispatchEvent(new Event('changed'));
}

function subscribe(listener: () => void): () => void {
  changed.addEventListener('changed', listener);
  return () => { changed.removeEventListener('changed', listener); };
}

/** `null`: nobody. */
export const useToken = (): string | null => useSyncExternalStore(subscribe, tokenKept);

/** What the token says of itself; the service decides. */
export function mayAct(token: string): boolean {
  try {
    const claims = JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))) as { readonly role?: unknown };
    return claims.role !== 'viewer';
  } catch {
    return true;
  }
}

/** Anybody can have one in the sandbox, and nobody elsewhere. */
export const sandboxToken = async (role: 'operator' | 'viewer'): Promise<string> => (await bodyOf(service.POST('/v1/dev/tokens', { body: { role } }))).token;

export const staff = createClient({ baseUrl: location.origin, token: () => tokenKept() ?? '' });
