// What carriers call back with. A signature says that it comes from them; what of it is so is read from the carrier before anything is done that cannot be taken back.
import { Body, Controller, Inject, Param, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { HearCarrier, type CallbackResult } from '#application';
import type { Callback, ToldByCarrier } from '#carriers';
import { Anyone } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { found } from '../http/answers/not-found.js';
import { bool, object, ProblemSchema, schema, whole } from '../http/answers/schemas.js';
import { OwnTransaction } from '../http/idempotency/idempotency.interceptor.js';
import { Problem } from '../http/problems/problems.js';
import { LOG } from '../http/server/logging.js';
import { SETTINGS, type ApiSettings } from '../http/server/settings.js';

const CarrierReceiptSchema = schema('CarrierReceipt', {
  ...object({
    repeated: { ...bool, description: 'It was heard before, and nothing was done again.' },
    lookedAgain: { ...whole, description: 'So much that waits at the carrier is asked for again at once.' },
    findings: { ...whole, description: 'So much contradicts us (`GET /v1/ops/drift`).' },
  }),
});

@Controller('v1/carriers')
export class CallbacksController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Pick<ApiSettings, 'callbacks' | 'publicUrl'>,
    @Inject(LOG) private readonly log: Pick<Logger, 'warn'>,
  ) {}

  @Post(':carrier/callbacks')
  @Summary('Hear what a carrier calls back with')
  @Anyone()
  @OwnTransaction()
  @RouteConfig({ rawBody: true })
  @Answers(200, CarrierReceiptSchema, 'What was made of it. What tells nothing that counts here is acknowledged.')
  @Answers(400, ProblemSchema, '`invalid_request`: the carrier has signed it, and nobody can read it.', { mediaTypes: ['application/problem+json'] })
  @Refuses('signature_refused')
  async receive(@Req() request: FastifyRequest, @Param('carrier') carrier: string, @Body() body: unknown, @Execute() execute: Executes<HearCarrier>): Promise<CallbackResult> {
    const reader = found('carrier', this.settings.callbacks.get(carrier));
    const callback: Callback = { url: `${this.settings.publicUrl ?? `${request.protocol}://${request.host}`}${request.raw.url}`, headers: textsOf(request), body: Buffer.isBuffer(body) ? body : Buffer.alloc(0) };
    if (!(await reader.isGenuine(callback).catch(unreadable))) {
      this.log.warn({ carrier, requestId: request.id }, 'a callback that the carrier has not signed, or too long ago, was turned away');
      throw new Problem('signature_refused');
    }
    let told: readonly ToldByCarrier[];
    try {
      told = reader.read(callback);
    } catch {
      this.log.warn({ carrier, requestId: request.id }, 'a callback that the carrier has signed cannot be read');
      throw new Problem('invalid_request', { status: 400, detail: 'The body is none that this carrier calls back with.' });
    }
    return execute(new HearCarrier(carrier, callback.body, told));
  }
}

/** Whether something that nobody can read was signed is not worth knowing. */
function unreadable(error: unknown): false {
  if (error instanceof SyntaxError) return false;
  throw error;
}

const textsOf = ({ headers }: FastifyRequest): Callback['headers'] => Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
