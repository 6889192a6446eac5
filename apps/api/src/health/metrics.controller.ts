// What Prometheus scrapes, where no port of its own is told for it.
import { Controller, Get, Header } from '@nestjs/common';
import { Registry } from 'prom-client';
import { Anyone } from '../auth/policy.js';
import { Answers, Summary } from '../http/answers/answers.js';
import { MetricsText } from './metrics-text.js';

@Controller()
export class MetricsController {
  constructor(private readonly texts: MetricsText) {}

  @Get('metrics')
  @Summary('Get metrics')
  @Anyone()
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  @Answers(200, { type: 'string' }, 'Metrics in the text format of Prometheus.', { mediaTypes: ['text/plain'] })
  metrics(): Promise<string> {
    return this.texts.read();
  }
}
