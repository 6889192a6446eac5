// A route for each report that is told as a whole; cancellations, which also come one by one, have their own.
import { Controller, Query, Res, type StreamableFile, type Type, UseInterceptors } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { reportNames, type ReportName } from '#read-models';
import { Caller, type Identity } from '../auth/identity.js';
import { UntilGone } from '../http/answers/streams.js';
import { PacedInterceptor } from '../http/server/paced.interceptor.js';
import { ReportQuery } from './query.js';
import { Report, ReportAnswers } from './report-answers.js';

function controllerOf(name: ReportName): Type {
  @UseInterceptors(PacedInterceptor)
  @Controller('v1/analytics')
  class ReportController {
    constructor(private readonly answers: ReportAnswers) {}

    @Report(name)
    report(@Caller() caller: Identity, @UntilGone() gone: AbortSignal, @Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
      return this.answers.answer(name, caller, gone, query, reply);
    }
  }
  return ReportController;
}

export const reportControllers: readonly Type[] = reportNames.filter((name) => name !== 'cancellations').map(controllerOf);
