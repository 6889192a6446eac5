// Test clocks: time for the accounts on them passes when somebody says so. Exists in the sandbox only.
import { Body, Controller, Get, Headers, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Instant } from '#kernel';
import { AdvanceTestClock, CreateTestClock, type NotBefore } from '#application';
import { TestClocks, type TestClock } from '#deadlines';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { InstantField } from '../http/input/fields.js';
import { OnceOnly, OwnTransaction, type Once } from '../http/idempotency/idempotency.interceptor.js';
import { found } from '../http/answers/not-found.js';
import { invalidField } from '../http/problems/problems.js';
import { Waits, waitSecondsOf } from '../http/requests/prefer.js';
import { TestClockSchema } from './schemas.js';

class NewTestClockBody {
  @InstantField({ description: 'What time it is on the new clock.' }) now!: Instant;
}

class AdvanceBody {
  @InstantField({ description: 'How far to go; everything due by then is carried out on the way, in the order of due dates.' }) to!: Instant;
}

type TestClockView = Omit<TestClock, 'lastError'> & { readonly lastError?: string };

const shown = ({ testClockId, now, status, lastError }: TestClock): TestClockView => ({ testClockId, now, status, ...(lastError !== null && { lastError }) });

@Controller('v1/test-clocks')
export class TestClocksController {
  constructor(private readonly testClocks: TestClocks) {}

  @Post()
  @Summary('Create a test clock')
  @Allow('service', 'operator')
  @Answers(201, TestClockSchema, 'The clock; it stands until it is advanced.')
  @Refuses()
  async create(@Body() { now }: NewTestClockBody, @Execute() execute: Executes<CreateTestClock>): Promise<TestClockView> {
    return shown(await execute(new CreateTestClock(now)));
  }

  @Get(':testClockId')
  @Summary('Get a test clock')
  @Allow('service', 'operator')
  @Answers(200, TestClockSchema, 'The clock.')
  async get(@Param('testClockId') testClockId: string): Promise<TestClockView> {
    return shown(found('test clock', await this.testClocks.get(testClockId)));
  }

  /** No transaction is open while it waits. */
  @Post(':testClockId/advance')
  @Summary('Advance a test clock')
  @Allow('service', 'operator')
  @Waits()
  @OwnTransaction()
  @Answers(202, TestClockSchema, 'On its way. `ready` once nothing that is due by then is left.')
  @Answers(200, TestClockSchema, 'With `Prefer: wait=<seconds>`, 60 at most: it has arrived, or has `failed` on the way.')
  @Refuses('request_in_progress')
  async advance(
    @Param('testClockId') testClockId: string,
    @Body() { to }: AdvanceBody,
    @Headers('prefer') prefer: string | undefined,
    @OnceOnly() once: Once,
    @Execute() execute: Executes<AdvanceTestClock>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TestClockView> {
    const asked = await once(async () => shown(advanced(found('test clock', await execute(new AdvanceTestClock(testClockId, to))))));
    const seconds = waitSecondsOf(prefer);
    if (seconds === undefined) return asked;
    const clock = found('test clock', await this.testClocks.waitUntilReady(testClockId, seconds * 1000));
    reply.header('preference-applied', `wait=${seconds}`).status(clock.status === 'advancing' ? 202 : 200);
    return shown(clock);
  }
}

function advanced(clock: TestClock | NotBefore): TestClock {
  if ('notBefore' in clock) throw invalidField('/to', `must not be before ${clock.notBefore}, the time of the clock`);
  return clock;
}
