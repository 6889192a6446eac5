// The service as the platform and its operators call it: with tokens that anybody can make in the sandbox, kept in memory alone.
import { createClient } from '../../../../clients/typescript/src/index.js';
import { bodyOf, service, type Schemas } from '../service/client.js';

type Role = Schemas['TokenRequest']['role'];

const tokens = new Map<Role, Promise<string>>();

/** One that could not be had is asked for again. */
function tokenOf(role: Role): Promise<string> {
  const known = tokens.get(role) ?? bodyOf(service.POST('/v1/dev/tokens', { body: { role } })).then(({ token }) => token);
  tokens.set(role, known);
  known.catch(() => tokens.delete(role));
  return known;
}

export const platform = createClient({ baseUrl: location.origin, token: () => tokenOf('service') });
export const operators = createClient({ baseUrl: location.origin, token: () => tokenOf('operator') });
