// What analysts ask: each answer says which instant and which position of the log it stands for.
import { Controller, Get, Param, Query, Res, StreamableFile, UseInterceptors } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  cancellationColumns, cancellationList, cancellationRows, reportNames, reports, withValues, type CancellationRow, type ReportName, type ReportRequest, type ReportRow,
} from '#read-models';
import { Caller, nameOf, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Summary } from '../http/answers/answers.js';
import { toList } from '../http/answers/page.js';
import { invalidField, Problem } from '../http/problems/problems.js';
import { json, UntilGone } from '../http/answers/streams.js';
import { PacedInterceptor } from '../http/server/paced.interceptor.js';
import { cursorOf, keyOf, packedCancellations } from './cancellation-pages.js';
import { definitions } from './definitions.js';
import { ReportPasts } from './pasts.js';
import { CancellationsQuery, requestOf, ReportQuery } from './query.js';
import { Report, ReportAnswers, rowsAs, standsFor, type ReportAnswer } from './report-answers.js';
import { ReportRoom } from './report-room.js';
import { definitionsSchema } from './schemas.js';

const defaultLimit = 100;

@UseInterceptors(PacedInterceptor)
@Controller('v1/analytics')
export class AnalyticsController {
  constructor(
    private readonly room: ReportRoom,
    private readonly pasts: ReportPasts,
    private readonly answers: ReportAnswers,
  ) {}

  @Get()
  @Summary('List the reports')
  @Allow('analyst', 'operator')
  @Answers(200, definitionsSchema, 'Every report: what it tells, by what it can be grouped, what each column means, and which total of another report it agrees with.')
  definitions(): typeof definitions {
    return definitions;
  }

  @Get(':report/sql')
  @Summary('Show the SQL of a report')
  @Allow('analyst', 'operator')
  @Answers(200, { type: 'string' }, 'The statement that makes the report, asked for with the same parameters: as it stands it can be run in psql, by whoever may read the views of schema `analytics`.', { mediaTypes: ['text/plain'] })
  async sql(@Caller() caller: Identity, @UntilGone() gone: AbortSignal, @Param('report') report: string, @Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const name = reportNames.find((one) => one === report);
    if (!name) throw new Problem('not_found');
    const request = requestOf(name, query);
    const asker = { name: nameOf(caller), gone, answer: reply.raw };
    await this.room.enter(asker);
    const statement = await this.room.read(asker, request, async (database) => (isList(name, request) ? cancellationList(request) : reports[name].statement(database, request)));
    const ofPresent = query.asOf === undefined && query.knownAt === undefined ? '' : '-- This asks for the present: the tables of a past are the service\'s own, and gone soon.\n';
    return new StreamableFile(Buffer.from(`-- ${reports[name].title}. ${reports[name].about}\n${ofPresent}${withValues(statement)};\n`), { type: 'text/plain; charset=utf-8' });
  }

  @Report('cancellations')
  async cancellationsReport(@Caller() caller: Identity, @UntilGone() gone: AbortSignal, @Query() query: CancellationsQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const request = requestOf('cancellations', query);
    const listed = isList('cancellations', request);
    const paged = (['limit', 'after'] as const).find((name) => query[name] !== undefined);
    if (paged && (!listed || query.format !== 'json')) throw invalidField(`/query/${paged}`, 'is for the list as JSON alone, without interval and groupBy');
    if (!listed) return this.answers.answer('cancellations', caller, gone, query, reply);

    const asker = { name: nameOf(caller), gone, answer: reply.raw };
    const page = { limit: query.limit ?? defaultLimit, ...(query.after !== undefined && { after: query.after }) };
    const after = cursorOf(page);
    await this.room.enter(asker);
    const sight = await this.pasts.see('cancellations', query, asker);
    if (query.format !== 'json') {
      const rows = await this.room.read(asker, request, (database) => packedCancellations(sight.on(database), request));
      return rowsAs(query.format, cancellationColumns, rows, sight, reply);
    }
    const rows = await this.room.read(asker, request, (database) => cancellationRows(sight.on(database), request, { after, limit: page.limit + 1 }));
    return json({ ...toList<CancellationRow, ReportRow>(page, rows, keyOf, (row) => row), totals: {}, ...standsFor(sight) } satisfies ReportAnswer);
  }
}

/** One by one, unless steps or groups are asked for. */
const isList = (name: ReportName, { interval, groupBy = [] }: ReportRequest): boolean => name === 'cancellations' && interval === undefined && groupBy.length === 0;
