// The sandbox's carrier can be told to fail, by number, so that every outcome can be rehearsed. Exists in the sandbox only.
import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { SandboxFaults, sandboxFaults, type SandboxFault, type SandboxSubject } from '#effects';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { OneOf, Whole } from '../http/input/fields.js';
import { ClearFault, SetFault } from './faults.js';
import { SandboxSubjectSchema } from './schemas.js';

class FaultBody {
  @OneOf(sandboxFaults) fault!: SandboxFault;
  @Whole({ min: 1, max: 1000, optional: true, description: 'For so many requests; until it is switched off when absent.' }) times?: number;
}

@Controller('v1/dev/carrier/faults')
export class FaultsController {
  constructor(private readonly faults: SandboxFaults) {}

  @Put(':subject')
  @Summary('Set a fault of the sandbox carrier')
  @Allow('service', 'operator')
  @Answers(200, SandboxSubjectSchema, 'What the carrier now does about that number, or campaign.')
  @Refuses()
  set(@Param('subject') subject: string, @Body() { fault, times }: FaultBody, @Execute() execute: Executes<SetFault>): Promise<SandboxSubject> {
    return execute(new SetFault(subject, fault, times ?? null));
  }

  @Get(':subject')
  @Summary('Get a fault of the sandbox carrier')
  @Allow('service', 'operator')
  @Answers(200, SandboxSubjectSchema, 'What the carrier knows about it, and how often it was asked.')
  get(@Param('subject') subject: string): Promise<SandboxSubject> {
    return this.faults.get(subject);
  }

  @Delete(':subject')
  @Summary('Clear a fault of the sandbox carrier')
  @Allow('service', 'operator')
  @Answers(204, null, 'The carrier is well again.')
  @Refuses()
  clear(@Param('subject') subject: string, @Execute() execute: Executes<ClearFault>): Promise<void> {
    return execute(new ClearFault(subject));
  }
}
