// Who may call a handler. Every handler states one policy; the start fails, naming the route, where one is missing.
import { SetMetadata } from '@nestjs/common';
import { methodOf } from '../http/answers/answers.js';
import type { Role } from './identity.js';

const policyKey = 'sunset:policy';

/** Roles that may call; `'anyone'` needs no token. */
export type Policy = readonly Role[] | 'anyone';

/** These roles may call; a customer only for the account in `:accountId`. What an operator may read, a viewer may read too, without being named. */
export const Allow = (...roles: [Role, ...Role[]]): MethodDecorator => SetMetadata(policyKey, roles satisfies Policy);

/** No token is asked for, and none is looked at. */
export const Anyone = (): MethodDecorator => SetMetadata(policyKey, 'anyone' satisfies Policy);

export function policyOf(handler: object): Policy | undefined {
  const stated = Reflect.getMetadata(policyKey, handler) as Policy | undefined;
  if (stated === undefined || stated === 'anyone' || !stated.includes('operator') || methodOf(handler) !== 'GET') return stated;
  return [...stated, 'viewer'];
}
