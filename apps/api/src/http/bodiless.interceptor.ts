// A command without arguments takes no body, or an empty object; anything in it is refused like any unknown property.
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { isRecord, pointer } from './input.js';
import { invalidField, invalidRequest } from './problems.js';
import { takesBody } from './routes.js';

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
