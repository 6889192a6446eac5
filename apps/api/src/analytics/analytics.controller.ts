// What analysts ask: each answer says which instant and which position of the log it stands for.
import { applyDecorators, Controller, Get, Param, Query, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  cancellationColumns, cancellationList, cancellationRows, reportNames, reports, totalsOf, withValues,
  type CancellationRow, type Column, type ReportName, type ReportRequest, type ReportRow,
} from '#read-models';
import { Caller, nameOf, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Summary } from '../http/answers/answers.js';
import { toList } from '../http/answers/page.js';
import { invalidField, Problem } from '../http/problems/problems.js';
import { csv, json, ndjson, UntilGone } from '../http/answers/streams.js';
import { cursorOf, keyOf, nextPage } from './cancellation-pages.js';
import { ReportPasts, type Sight } from './pasts.js';
import { definitions } from './definitions.js';
import { parquet, parquetMediaType } from './parquet.js';
import { CancellationsQuery, requestOf, ReportQuery, type Format } from './query.js';
import { ReportRoom } from './report-room.js';
import { definitionsSchema, reportSchema } from './schemas.js';

interface ReportAnswer {
  readonly data: readonly ReportRow[];
  readonly totals: Readonly<Record<string, number | null>>;
  readonly asOf: string;
  readonly knownAt: string;
  readonly position: number;
  readonly next: string | null;
}

const Report = (name: ReportName): MethodDecorator =>
  applyDecorators(
    Get(name),
    Summary(`Report ${name}`),
    Allow('analyst', 'operator'),
    Answers(200, reportSchema(name), `${reports[name].about} Groups: ${reports[name].groups.map((group) => group.name).join(', ') || 'none'}. CSV, NDJSON and Parquet tell X-As-Of, X-Known-At and X-Position.`, {
      also: { 'text/csv': { type: 'string' }, 'application/x-ndjson': { type: 'string' }, [parquetMediaType]: { type: 'string', format: 'binary' } },
    }),
  );

const defaultLimit = 100;

@Controller('v1/analytics')
export class AnalyticsController {
  constructor(
    private readonly room: ReportRoom,
    private readonly pasts: ReportPasts,
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
    const statement = await this.room.read(asker, request, async (database) => (isList(name, request) ? cancellationList(request) : reports[name].statement(database, request)));
    return new StreamableFile(Buffer.from(`-- ${reports[name].title}. ${reports[name].about}\n${withValues(statement)};\n`), { type: 'text/plain; charset=utf-8' });
  }

  @Report('cancellations')
  async cancellationsReport(@Caller() caller: Identity, @UntilGone() gone: AbortSignal, @Query() query: CancellationsQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const request = requestOf('cancellations', query);
    const listed = isList('cancellations', request);
    const paged = (['limit', 'after'] as const).find((name) => query[name] !== undefined);
    if (paged && (!listed || query.format !== 'json')) throw invalidField(`/query/${paged}`, 'is for the list as JSON alone, without interval and groupBy');
    if (!listed) return this.report('cancellations', caller, gone, query, reply);

    const asker = { name: nameOf(caller), gone, answer: reply.raw };
    const page = { limit: query.limit ?? defaultLimit, ...(query.after !== undefined && { after: query.after }) };
    const after = cursorOf(page);
    const sight = await this.pasts.see('cancellations', query, asker);
    if (query.format !== 'json') {
      const rows = await this.room.pages<CancellationRow>(asker, request, (database, before) => nextPage(sight.on(database), request, before));
      return stream(query.format, cancellationColumns, rows, sight, reply);
    }
    const rows = await this.room.read(asker, request, (database) => cancellationRows(sight.on(database), request, { after, limit: page.limit + 1 }));
    return json({ ...toList<CancellationRow, ReportRow>(page, rows, keyOf, (row) => row), totals: {}, ...standsFor(sight) } satisfies ReportAnswer);
  }

  @Report('reasons')
  reasonsReport(@Caller() caller: Identity, @UntilGone() gone: AbortSignal, @Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    return this.report('reasons', caller, gone, query, reply);
  }

  @Report('churn')
  churnReport(@Caller() caller: Identity, @UntilGone() gone: AbortSignal, @Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    return this.report('churn', caller, gone, query, reply);
  }

  @Report('cohorts')
  cohortsReport(@Caller() caller: Identity, @UntilGone() gone: AbortSignal, @Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    return this.report('cohorts', caller, gone, query, reply);
  }

  @Report('funnel')
  funnelReport(@Caller() caller: Identity, @UntilGone() gone: AbortSignal, @Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    return this.report('funnel', caller, gone, query, reply);
  }

  @Report('returns')
  returnsReport(@Caller() caller: Identity, @UntilGone() gone: AbortSignal, @Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    return this.report('returns', caller, gone, query, reply);
  }

  @Report('upcoming')
  upcomingReport(@Caller() caller: Identity, @UntilGone() gone: AbortSignal, @Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    return this.report('upcoming', caller, gone, query, reply);
  }

  @Report('money')
  moneyReport(@Caller() caller: Identity, @UntilGone() gone: AbortSignal, @Query() query: ReportQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    return this.report('money', caller, gone, query, reply);
  }

  private async report(name: ReportName, caller: Identity, gone: AbortSignal, query: ReportQuery, reply: FastifyReply): Promise<StreamableFile> {
    const request = requestOf(name, query);
    const report = reports[name];
    const asker = { name: nameOf(caller), gone, answer: reply.raw };
    const sight = await this.pasts.see(report.projection, query, asker);
    const data = await this.room.read(asker, request, (database) => report.rows(sight.on(database), request));
    const columns = report.columns(request);
    if (query.format === 'json') return json({ data, totals: totalsOf(columns, data), ...standsFor(sight), next: null } satisfies ReportAnswer);
    return stream(query.format, columns, data, sight, reply);
  }
}

const standsFor = ({ asOf, knownAt, position }: Sight): Pick<ReportAnswer, 'asOf' | 'knownAt' | 'position'> => ({ asOf, knownAt, position });

/** One by one, unless steps or groups are asked for. */
const isList = (name: ReportName, { interval, groupBy = [] }: ReportRequest): boolean => name === 'cancellations' && interval === undefined && groupBy.length === 0;

type Rows = Iterable<ReportRow> | AsyncIterable<ReportRow>;

function stream(format: Exclude<Format, 'json'>, columns: readonly Column[], rows: Rows, { asOf, knownAt, position }: Sight, reply: FastifyReply): StreamableFile {
  reply.header('x-as-of', asOf).header('x-known-at', knownAt).header('x-position', String(position));
  if (format === 'parquet') return parquet(columns, rows, { asOf, position: String(position) });
  return format === 'csv' ? csv(columns.map(({ name }) => name), rows) : ndjson(rows);
}
