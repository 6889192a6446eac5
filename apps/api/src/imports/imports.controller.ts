// Accounts of another system, taken over from a file: received as it comes, carried out by the workers.
import { Body, Controller, Get, Inject, Param, Post, Query, type StreamableFile } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import { BeginImport, POLICY } from '#application';
import type { PolicyInForce } from '#domain';
import { Imports, linesMost, TooManyLines, type Import } from '#imports';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { found, rowId } from '../http/answers/not-found.js';
import { Page, startInTime, toList, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { ndjson, ndjsonMediaType } from '../http/answers/streams.js';
import { OnceOnly, OwnTransaction, type Once } from '../http/idempotency/idempotency.interceptor.js';
import { Bool } from '../http/input/fields.js';
import { StreamedBody } from '../http/input/streamed-body.js';
import { invalidRequest, Problem } from '../http/problems/problems.js';
import { AccountLine, accountLines } from './account-line.js';
import { AcceptedImportSchema, HeldLineSchema, ImportSchema, LineProblemSchema } from './schemas.js';

const fileBytesMost = 4 * 1024 ** 3;

class ImportQuery {
  @Bool({ optional: true, description: 'true: every line is judged and nothing is taken over; false when absent.' }) dryRun: boolean = false;
}

@Controller('v1/imports')
export class ImportsController {
  constructor(
    private readonly imports: Imports,
    @Inject(POLICY) private readonly policy: PolicyInForce,
  ) {}

  @Post()
  @Summary('Import accounts')
  @Allow('service', 'operator')
  @OwnTransaction()
  @RouteConfig({ streamedBody: true })
  @ApiConsumes(ndjsonMediaType)
  @ApiBody({ type: AccountLine, description: `One account a line, ${linesMost} lines at most. A line is taken whole or not at all; what was taken over before, by its \`externalId\`, stays as it is. Nothing is charged, told or given up because of an import.` })
  @Answers(202, AcceptedImportSchema, 'The file was received whole, and is carried out.')
  @Refuses()
  async begin(
    @Caller() { metadata: { actor } }: Identity, @Query() { dryRun }: ImportQuery, @Body() body: unknown, @OnceOnly() once: Once, @Execute() execute: Executes<BeginImport>,
  ): Promise<{ importId: string }> {
    if (!(body instanceof StreamedBody)) throw invalidRequest([{ pointer: '', message: `must be sent as ${ndjsonMediaType}` }]);
    const received = await this.imports.receive(dryRun, actor, accountLines(body.pieces(fileBytesMost), this.policy)).catch((error: unknown) => {
      throw error instanceof TooManyLines ? new Problem('invalid_request', { status: 413, detail: `The file has more than ${linesMost} lines.` }) : error;
    });
    let importId: string | undefined;
    try {
      ({ importId } = await once(async () => {
        await execute(new BeginImport(received));
        return { importId: received.importId };
      }, { outlivesAccount: true }));
      return { importId };
    } finally {
      // The same request was answered before, or is not answered.
      if (importId !== received.importId) await this.imports.discard(received.importId);
    }
  }

  @Get()
  @Summary('List imports')
  @Allow('service', 'operator')
  @Answers(200, page(ImportSchema), 'The latest first; each for 90 days after its end.')
  async list(@Query() query: Page): Promise<List<Import>> {
    const start = startInTime(query);
    const rows = await this.imports.list({ limit: query.limit + 1, ...(start && { after: { begunAt: start.at, importId: start.id } }) });
    return toList(query, rows, ({ begunAt, importId }) => [begunAt, importId], (one) => one);
  }

  @Get(':importId')
  @Summary('Get an import')
  @Allow('service', 'operator')
  @Answers(200, ImportSchema, 'How far it has come.')
  async get(@Param('importId') importId: string): Promise<Import> {
    return found('import', await this.imports.get(rowId('import', importId)));
  }

  @Get(':importId/problems')
  @Summary('List problems of an import')
  @Allow('service', 'operator')
  @Answers(200, LineProblemSchema, 'What is wrong with its lines, one problem a line, in their order.', { mediaTypes: [ndjsonMediaType] })
  async problems(@Param('importId') importId: string): Promise<StreamableFile> {
    await this.get(importId);
    return ndjson(this.imports.problems(importId));
  }

  @Get(':importId/held')
  @Summary('List what an import holds')
  @Allow('service', 'operator')
  @Answers(200, HeldLineSchema, 'The losses that were due when they were taken over, or would have been, in the order of their lines. Operators find them among the deadlines that are `blocked`, and let one go by retrying it.', { mediaTypes: [ndjsonMediaType] })
  async held(@Param('importId') importId: string): Promise<StreamableFile> {
    await this.get(importId);
    return ndjson(this.imports.held(importId));
  }
}
