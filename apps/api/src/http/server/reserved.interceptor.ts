// Operators and viewers have connections to the database of their own: they can look, and act, while everybody else's are taken.
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Database } from '#postgres';
import { identityOf, isOperating } from '../../auth/identity.js';

@Injectable()
export class ReservedInterceptor implements NestInterceptor {
  constructor(private readonly database: Database) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const identity = identityOf(context.switchToHttp().getRequest<FastifyRequest>());
    if (!identity || !isOperating(identity)) return next.handle();
    return from(this.database.reserved(() => lastValueFrom(next.handle(), { defaultValue: undefined })));
  }
}
