// Which accounts an answer tells of that its path does not name.
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const accounts = new WeakMap<FastifyRequest, readonly string[]>();

export type TellsOf = (accountIds: readonly string[]) => void;

/** Parameter decorator of a handler that finds accounts: `@Tells() tellsOf: TellsOf`, called before it answers. */
export const Tells = createParamDecorator((_: unknown, context: ExecutionContext): TellsOf => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return (accountIds) => void accounts.set(request, accountIds);
});

/** `undefined`: it does not find any, or has not answered. */
export const toldAccountsOf = (request: FastifyRequest): readonly string[] | undefined => accounts.get(request);
