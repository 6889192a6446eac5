// A command without arguments takes no body, or an empty object; anything in it is refused like any unknown property.
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { isRecord, pointer } from '../input/input.js';
import { invalidField, invalidRequest } from '../problems/problems.js';

@Injectable()
export class BodilessInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { body } = context.switchToHttp().getRequest<FastifyRequest>();
    if (body === undefined || takesBody(context.getClass(), context.getHandler())) return next.handle();
    if (!isRecord(body)) throw invalidField('', 'must be absent or an empty object');
    const names = Object.keys(body);
    if (names.length > 0) throw invalidRequest(names.slice(0, 50).map((name) => ({ pointer: pointer('', name), message: 'is not a known property' })));
    return next.handle();
  }
}

const readsBody = new WeakMap<object, boolean>();

/** Whether a handler has a parameter for the body. */
function takesBody(controller: object, handler: { readonly name: string }): boolean {
  const known = readsBody.get(handler);
  if (known !== undefined) return known;
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler.name) ?? {}) as Record<string, unknown>;
  const takes = Object.keys(parameters).some((key) => key.startsWith(`${RouteParamtypes.BODY}:`));
  readsBody.set(handler, takes);
  return takes;
}
