// What analysts ask: each answer says which instant and which position of the log it stands for.
import { applyDecorators, Controller, Get, Query, Res, type StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Database } from '#postgres';
import { Projections, type ProjectionPosition } from '#projections';
import { cancellationColumns, cancellationRows, reports, type CancellationRow, type ReportName, type ReportRow } from '#read-models';
import { Allow } from '../auth/policy.js';
import { Answers, Summary } from '../http/answers/answers.js';
import { toList } from '../http/answers/page.js';
import { invalidField } from '../http/problems/problems.js';
import { csv, ndjson } from '../http/answers/streams.js';
import { cursorOf, everyCancellation, keyOf } from './cancellation-pages.js';
import { CancellationsQuery, requestOf, ReportQuery, type Format } from './query.js';
import { reportSchemas } from './schemas.js';

interface ReportAnswer {
  readonly data: readonly ReportRow[];
  readonly asOf: string;
  readonly position: number;
  readonly next: string | null;
}

const Report = (name: ReportName): MethodDecorator =>
  applyDecorators(
    Get(name),
    Summary(`Report ${name}`),
    Allow('analyst', 'operator'),
    Answers(200, reportSchemas[name].answer, `${reports[name].about} Groups: ${reports[name].groups.join(', ') || 'none'}. CSV and NDJSON tell X-As-Of and X-Position.`, {
      also: { 'text/csv': { type: 'string' }, 'application/x-ndjson': { type: 'string' } },
    }),
  );

const defaultLimit = 100;

@Controller('v1/analytics')
export class AnalyticsController {
  constructor(
    private readonly database: Database,
    private readonly projections: Projections,
  ) {}

  @Report('cancellations')
  async cancellationsReport(@Query() query: CancellationsQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<ReportAnswer | StreamableFile> {
    const request = requestOf('cancellations', query);
    const isList = request.interval === undefined && (request.groupBy ?? []).length === 0;
    const paged = (['limit', 'after'] as const).find((name) => query[name] !== undefined);
    if (paged && (!isList || query.format !== 'json')) throw invalidField(`/query/${paged}`, 'is for the list as JSON alone, without interval and groupBy');
    if (!isList) return this.report('cancellations', query, reply);

    const position = await this.projections.position('cancellations');
    if (query.format !== 'json') return stream(query.format, cancellationColumns.map(({ name }) => name), everyCancellation(this.database, request), position, reply);
    const page = { limit: query.limit ?? defaultLimit, ...(query.after !== undefined && { after: query.after }) };
    const rows = await cancellationRows(this.database, request, { after: cursorOf(page), limit: page.limit + 1 });
    return { ...toList<CancellationRow, ReportRow>(page, rows, keyOf, (row) => row), asOf: position.asOf, position: position.position };
  }

  @Report('reasons')
  reasonsReport(@Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<ReportAnswer | StreamableFile> {
    return this.report('reasons', query, reply);
  }

  @Report('churn')
  churnReport(@Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<ReportAnswer | StreamableFile> {
    return this.report('churn', query, reply);
  }

  @Report('cohorts')
  cohortsReport(@Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<ReportAnswer | StreamableFile> {
    return this.report('cohorts', query, reply);
  }

  @Report('funnel')
  funnelReport(@Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<ReportAnswer | StreamableFile> {
    return this.report('funnel', query, reply);
  }

  @Report('returns')
  returnsReport(@Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<ReportAnswer | StreamableFile> {
    return this.report('returns', query, reply);
  }

  @Report('upcoming')
  upcomingReport(@Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<ReportAnswer | StreamableFile> {
    return this.report('upcoming', query, reply);
  }

  @Report('money')
  moneyReport(@Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<ReportAnswer | StreamableFile> {
    return this.report('money', query, reply);
  }

  /** The position is read before the rows: they are of it or a later one. */
  private async report(name: ReportName, query: ReportQuery, reply: FastifyReply): Promise<ReportAnswer | StreamableFile> {
    const request = requestOf(name, query);
    const report = reports[name];
    const position = await this.projections.position(report.projection);
    const data = await report.rows(this.database, request);
    if (query.format === 'json') return { data, asOf: position.asOf, position: position.position, next: null };
    return stream(query.format, report.columns(request).map((column) => column.name), data, position, reply);
  }
}

type Rows = Iterable<ReportRow> | AsyncIterable<ReportRow>;

function stream(format: Exclude<Format, 'json'>, columns: readonly string[], rows: Rows, { asOf, position }: ProjectionPosition, reply: FastifyReply): StreamableFile {
  reply.header('x-as-of', asOf).header('x-position', String(position));
  return format === 'csv' ? csv(columns, rows) : ndjson(rows);
}
