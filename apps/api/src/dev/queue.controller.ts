// What stands in the queue at the moment, for whoever wants to compare it with the table of deadlines. Exists in the sandbox only: no other request touches the queue.
import { Controller, Get } from '@nestjs/common';
import { OpenQueues } from '#running';
import { Allow } from '../auth/policy.js';
import { Answers, Summary } from '../http/answers/answers.js';
import type { List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { QueuedJobSchema } from './schemas.js';

interface ShownJob {
  readonly queue: string;
  readonly jobId: string;
  readonly deadlineId: string | null;
}

const most = 500;

@Controller('v1/dev/queue')
export class QueueController {
  constructor(private readonly queues: OpenQueues) {}

  @Get()
  @Summary('List jobs of the queue')
  @Allow('service', 'operator')
  @Answers(200, page(QueuedJobSchema), 'Alarms of deadlines and wake-ups of effects, of all accounts, 500 of each at most. What is due on a test clock has its alarm from then on.')
  async list(): Promise<List<ShownJob>> {
    const jobs = await this.queues.jobs(most);
    return { data: jobs.map(({ queue, jobId, data }) => ({ queue, jobId, deadlineId: deadlineIn(data) })), next: null };
  }
}

function deadlineIn(data: unknown): string | null {
  const { deadlineId } = (data ?? {}) as { deadlineId?: unknown };
  return typeof deadlineId === 'string' ? deadlineId : null;
}
