// How far the tables of analysts and operators are, and building one of them anew.
import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Projections, type ProjectionStatus } from '#projections';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { found } from '../http/answers/not-found.js';
import { Page, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { sliceOf } from '../http/answers/slice.js';
import { RebuildProjection } from '../projections/rebuild.js';
import { ProjectionSchema } from './schemas.js';

@Controller('v1/ops/projections')
export class ProjectionsController {
  constructor(private readonly projections: Projections) {}

  @Get()
  @Summary('List projections')
  @Allow('operator')
  @Answers(200, page(ProjectionSchema), 'Every projection, with the progress of its rebuild if there is one.')
  async list(@Query() query: Page): Promise<List<ProjectionStatus>> {
    return sliceOf(query, await this.projections.status());
  }

  @Post(':name/rebuild')
  @Summary('Rebuild a projection')
  @Allow('operator')
  @Answers(202, ProjectionSchema, 'A worker builds the table from the first event on, beside the one in use. A rebuild that is under way goes on.')
  @Refuses()
  async rebuild(@Param('name') name: string, @Execute() execute: Executes<RebuildProjection>): Promise<ProjectionStatus> {
    await execute(new RebuildProjection(found('projection', this.projections.names.find((one) => one === name))));
    return found('projection', (await this.projections.status()).find((one) => one.name === name));
  }
}
