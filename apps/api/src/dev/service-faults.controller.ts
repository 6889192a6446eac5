// The sandbox's own machinery can be told to fail, so that users see for themselves what is lost by it. Exists in the sandbox only.
import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { ServiceFaults, serviceFaults, type ServiceFault, type ServiceFaultState } from '#processes';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { found } from '../http/answers/not-found.js';
import { Whole } from '../http/input/fields.js';
import { ServiceFaultSchema } from './schemas.js';
import { ClearServiceFault, SetServiceFault } from './service-faults.js';

const usualSeconds = 600;

class ServiceFaultBody {
  @Whole({ min: 1, max: 3600, optional: true, description: `After so many seconds it ends by itself; ${usualSeconds} when absent.` }) seconds?: number;
}

@Controller('v1/dev/faults')
export class ServiceFaultsController {
  constructor(private readonly faults: ServiceFaults) {}

  @Put(':fault')
  @Summary('Set a fault of the sandbox')
  @Allow('service', 'operator')
  @Answers(200, ServiceFaultSchema, 'The fault, which workers follow within a second.')
  @Refuses()
  set(@Param('fault') fault: string, @Body() { seconds }: ServiceFaultBody, @Execute() execute: Executes<SetServiceFault>): Promise<ServiceFaultState> {
    return execute(new SetServiceFault(known(fault), seconds ?? usualSeconds));
  }

  @Get(':fault')
  @Summary('Get a fault of the sandbox')
  @Allow('service', 'operator')
  @Answers(200, ServiceFaultSchema, 'Whether it is on, whether workers follow it, and what the queue has lost by it.')
  get(@Param('fault') fault: string): Promise<ServiceFaultState> {
    return this.faults.get(known(fault));
  }

  @Delete(':fault')
  @Summary('Clear a fault of the sandbox')
  @Allow('service', 'operator')
  @Answers(204, null, 'All is well again, within a second.')
  @Refuses()
  clear(@Param('fault') fault: string, @Execute() execute: Executes<ClearServiceFault>): Promise<void> {
    return execute(new ClearServiceFault(known(fault)));
  }
}

const known = (name: string): ServiceFault => found('fault', serviceFaults.find((fault) => fault === name) ?? null);
