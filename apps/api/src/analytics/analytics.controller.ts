// What analysts ask: each answer says which instant and which position of the log it stands for.
import { applyDecorators, Controller, Get, Query, Res, type StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { cancellationColumns, cancellationRows, reports, type CancellationRow, type ReportName, type ReportRow } from '#read-models';
import { Caller, nameOf, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Summary } from '../http/answers/answers.js';
import { toList } from '../http/answers/page.js';
import { invalidField } from '../http/problems/problems.js';
import { csv, json, ndjson, UntilGone } from '../http/answers/streams.js';
import { cursorOf, keyOf, nextPage } from './cancellation-pages.js';
import { ReportPasts, type Sight } from './pasts.js';
import { CancellationsQuery, requestOf, ReportQuery, type Format } from './query.js';
import { ReportRoom } from './report-room.js';
import { reportSchemas } from './schemas.js';

interface ReportAnswer {
  readonly data: readonly ReportRow[];
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
    Answers(200, reportSchemas[name].answer, `${reports[name].about} Groups: ${reports[name].groups.join(', ') || 'none'}. CSV and NDJSON tell X-As-Of, X-Known-At and X-Position.`, {
      also: { 'text/csv': { type: 'string' }, 'application/x-ndjson': { type: 'string' } },
    }),
  );

const defaultLimit = 100;

@Controller('v1/analytics')
export class AnalyticsController {
  constructor(
    private readonly room: ReportRoom,
    private readonly pasts: ReportPasts,
  ) {}

  @Report('cancellations')
  async cancellationsReport(@Caller() caller: Identity, @UntilGone() gone: AbortSignal, @Query() query: CancellationsQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const request = requestOf('cancellations', query);
    const isList = request.interval === undefined && (request.groupBy ?? []).length === 0;
    const paged = (['limit', 'after'] as const).find((name) => query[name] !== undefined);
    if (paged && (!isList || query.format !== 'json')) throw invalidField(`/query/${paged}`, 'is for the list as JSON alone, without interval and groupBy');
    if (!isList) return this.report('cancellations', caller, gone, query, reply);

    const asker = { name: nameOf(caller), gone, answer: reply.raw };
    const page = { limit: query.limit ?? defaultLimit, ...(query.after !== undefined && { after: query.after }) };
    const after = cursorOf(page);
    const sight = await this.pasts.see('cancellations', query, asker);
    if (query.format !== 'json') {
      const rows = await this.room.pages<CancellationRow>(asker, request, (database, before) => nextPage(sight.on(database), request, before));
      return stream(query.format, cancellationColumns.map(({ name }) => name), rows, sight, reply);
    }
    const rows = await this.room.read(asker, request, (database) => cancellationRows(sight.on(database), request, { after, limit: page.limit + 1 }));
    return json({ ...toList<CancellationRow, ReportRow>(page, rows, keyOf, (row) => row), ...standsFor(sight) } satisfies ReportAnswer);
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
    if (query.format === 'json') return json({ data, ...standsFor(sight), next: null } satisfies ReportAnswer);
    return stream(query.format, report.columns(request).map((column) => column.name), data, sight, reply);
  }
}

const standsFor = ({ asOf, knownAt, position }: Sight): Pick<ReportAnswer, 'asOf' | 'knownAt' | 'position'> => ({ asOf, knownAt, position });

type Rows = Iterable<ReportRow> | AsyncIterable<ReportRow>;

function stream(format: Exclude<Format, 'json'>, columns: readonly string[], rows: Rows, { asOf, knownAt, position }: Sight, reply: FastifyReply): StreamableFile {
  reply.header('x-as-of', asOf).header('x-known-at', knownAt).header('x-position', String(position));
  return format === 'csv' ? csv(columns, rows) : ndjson(rows);
}
