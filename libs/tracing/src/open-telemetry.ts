// The spans as OpenTelemetry makes them, told to a collector by OTLP over HTTP, in JSON. Loaded only when there is a collector.
import { context, diag, DiagLogLevel, propagation, ROOT_CONTEXT, type SpanContext, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { BullMQOtel } from 'bullmq-otel';
import type { Attributes, Span, SpanWords, Tracer } from './tracing.js';

const kinds = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER } as const;

/** Events hold what an error said, and that may be anything. */
const spanLimits = { eventCountLimit: 0, attributeValueLengthLimit: 256 } as const;

const tracerName = 'sunset';

/** BullMQ makes a trace of its own of each wait for a job and each look for stalled ones, which tell nothing. */
const waits = /^(getNextJob|startStalledCheckTimer|moveStalledJobsToWait) /;

class WithoutWaits extends BatchSpanProcessor {
  override onEnd(span: ReadableSpan): void {
    if (!waits.test(span.name)) super.onEnd(span);
  }
}

/** Sampler, limits of the queue, headers, timeouts and the rest are the standard's: read from the `OTEL_…` variables. */
export function openTracer(service: string, onLoss: () => void): Tracer {
  const nothing = (): void => undefined;
  diag.setLogger({ error: onLoss, warn: nothing, info: nothing, debug: nothing, verbose: nothing }, DiagLogLevel.ERROR);
  const resource = defaultResource().merge(resourceFromAttributes({ 'service.name': service })).merge(detectResources({ detectors: [envDetector] }));
  const provider = new NodeTracerProvider({ resource, spanLimits, spanProcessors: [new WithoutWaits(new OTLPTraceExporter())] });
  provider.register();
  const tracer = provider.getTracer(tracerName);
  return {
    begin(name, { kind = 'internal', from, attributes = {} }) {
      const { parent, links } = placeOf(from);
      const span = tracer.startSpan(name, { kind: kinds[kind], attributes: underOurName(attributes), links: links.map((one) => ({ context: one })) }, parent);
      const inside = trace.setSpan(parent, span);
      return {
        get traceparent() {
          return traceparentOf(inside);
        },
        around: (work) => context.with(inside, work),
        tell: (told) => void span.setAttributes(underOurName(told)),
        end(failure) {
          if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', nameOf(failure));
          span.end();
        },
      } satisfies Span;
    },
    current: () => traceparentOf(context.active()),
    ofQueues: new BullMQOtel({ tracerName }),
    close: () => provider.shutdown(),
  };
}

/** What the standard has no name for stands under ours. */
const underOurName = (attributes: Attributes): Attributes => Object.fromEntries(Object.entries(attributes).map(([name, value]) => [/^(http|url)\./.test(name) ? name : `${tracerName}.${name}`, value]));

function placeOf(from: SpanWords['from']) {
  if (from === undefined) return { parent: context.active(), links: [] };
  const known = from.flatMap((one) => spanContextOf(one) ?? []);
  const [first] = known;
  return first && known.every(({ traceId }) => traceId === first.traceId) ? { parent: trace.setSpanContext(ROOT_CONTEXT, first), links: known.slice(1) } : { parent: ROOT_CONTEXT, links: known };
}

/** Of the header alone: what else a caller may send along is his own, and goes nowhere. */
const spanContextOf = (traceparent: string | null | undefined): SpanContext | undefined =>
  traceparent ? trace.getSpanContext(propagation.extract(ROOT_CONTEXT, { traceparent })) : undefined;

function traceparentOf(of: typeof ROOT_CONTEXT): string | null {
  const carrier: { traceparent?: string } = {};
  propagation.inject(of, carrier);
  return carrier.traceparent ?? null;
}

/** What an error is called: never what it says. */
const nameOf = (failure: unknown): string => (typeof failure === 'string' ? failure : failure instanceof Error ? failure.name : 'unknown');
