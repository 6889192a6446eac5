// The answer of a report in each of its forms: the rows, and which instant and which position of the log they stand for.
import { applyDecorators, Get, Injectable, type StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { reports, totalsOf, type Column, type ReportName, type ReportRow } from '#read-models';
import { nameOf, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Summary } from '../http/answers/answers.js';
import { csv, json, ndjson } from '../http/answers/streams.js';
import { ReportPasts, type Sight } from './pasts.js';
import { parquet, parquetMediaType } from './parquet.js';
import { requestOf, type Format, type ReportQuery } from './query.js';
import { ReportRoom } from './report-room.js';
import { reportSchema } from './schemas.js';

export interface ReportAnswer {
  readonly data: readonly ReportRow[];
  readonly totals: Readonly<Record<string, number | null>>;
  readonly asOf: string;
  readonly knownAt: string;
  readonly position: number;
  readonly next: string | null;
}

export const Report = (name: ReportName): MethodDecorator =>
  applyDecorators(
    Get(name),
    Summary(`Report ${name}`),
    Allow('analyst', 'operator'),
    Answers(200, reportSchema(name), `${reports[name].about} Groups: ${reports[name].groups.map((group) => group.name).join(', ') || 'none'}. CSV, NDJSON and Parquet tell X-As-Of, X-Known-At and X-Position.`, {
      also: { 'text/csv': { type: 'string' }, 'application/x-ndjson': { type: 'string' }, [parquetMediaType]: { type: 'string', format: 'binary' } },
    }),
  );

@Injectable()
export class ReportAnswers {
  constructor(
    private readonly room: ReportRoom,
    private readonly pasts: ReportPasts,
  ) {}

  async answer(name: ReportName, caller: Identity, gone: AbortSignal, query: ReportQuery, reply: FastifyReply): Promise<StreamableFile> {
    const request = requestOf(name, query);
    const report = reports[name];
    const asker = { name: nameOf(caller), gone, answer: reply.raw };
    await this.room.enter(asker);
    const sight = await this.pasts.see(report.projection, query, asker);
    const data = await this.room.read(asker, request, (database) => report.rows(sight.on(database), request));
    const columns = report.columns(request);
    if (query.format === 'json') return json({ data, totals: totalsOf(columns, data), ...standsFor(sight), next: null } satisfies ReportAnswer);
    return rowsAs(query.format, columns, data, sight, reply);
  }
}

export const standsFor = ({ asOf, knownAt, position }: Sight): Pick<ReportAnswer, 'asOf' | 'knownAt' | 'position'> => ({ asOf, knownAt, position });

type Rows = Iterable<ReportRow> | AsyncIterable<ReportRow>;

export function rowsAs(format: Exclude<Format, 'json'>, columns: readonly Column[], rows: Rows, { asOf, knownAt, position }: Sight, reply: FastifyReply): StreamableFile {
  reply.header('x-as-of', asOf).header('x-known-at', knownAt).header('x-position', String(position));
  if (format === 'parquet') return parquet(columns, rows, { asOf, knownAt, position: String(position) });
  return format === 'csv' ? csv(columns.map(({ name }) => name), rows) : ndjson(rows);
}
