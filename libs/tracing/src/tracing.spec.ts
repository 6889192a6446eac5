// What is left of tracing while it is off, and where in a trace something goes on.
import { describe, expect, it } from '@jest/globals';
import { beginSpan, isTracing, nearest, spanned, startTracing, telemetryOfJob, telemetryOfQueues, traceIdOf, traceparentNow } from './index.js';

const of = (trace: string, span: string): string => `00-${trace.repeat(32)}-${span.repeat(16)}-01`;

describe('without a collector', () => {
  const words = (): never => {
    throw new Error('nobody wants to know what the span is');
  };

  it.each([{}, { OTEL_EXPORTER_OTLP_ENDPOINT: '' }, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318', OTEL_SDK_DISABLED: 'true' }])('tracing is off: %j', async (environment) => {
    const tracing = await startTracing({ service: 'test', environment, onLoss: () => undefined });
    expect([isTracing(), traceparentNow(), telemetryOfQueues(), telemetryOfJob(of('a', 'b'))]).toEqual([false, null, {}, {}]);
    await tracing.close();
  });

  it('work is done, and nobody asks what it would have been called', async () => {
    expect(await spanned('work', words, async () => 'done')).toBe('done');
    await expect(spanned('work', words, () => Promise.reject(new Error('its own')))).rejects.toThrow('its own');
    const span = beginSpan('work', words);
    expect([span.traceparent, span.around(() => 'done')]).toEqual([null, 'done']);
  });

  it('what is no address is named', async () => {
    await expect(startTracing({ service: 'test', environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' }, onLoss: () => undefined })).rejects.toThrow('OTEL_EXPORTER_OTLP_ENDPOINT');
  });
});

it.each([
  ['goes on below what is around it', of('a', '1'), of('a', '2'), of('a', '1')],
  ['is not drawn into another trace', of('a', '1'), of('b', '2'), of('b', '2')],
  ['goes on where it was set', null, of('b', '2'), of('b', '2')],
  ['belongs to what is around it, where nobody says otherwise', of('a', '1'), null, of('a', '1')],
  ['belongs nowhere', null, null, null],
])('what is carried on %s', (_, around, traceparent, expected) => {
  expect(nearest(around, traceparent)).toBe(expected);
});

it('a trace has its id', () => {
  expect(traceIdOf(of('a', 'b'))).toBe('a'.repeat(32));
});
