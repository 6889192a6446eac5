// Spans: what follows from what, across requests, processes and weeks. Off unless a collector is named; then nothing but this file is loaded.
import type { Telemetry } from 'bullmq';

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** What a span is, told only where it is wanted. Never anything about a person: no id that somebody has chosen, no address, no value of a statement. */
export interface SpanWords {
  readonly kind?: 'internal' | 'server' | 'client' | 'consumer';
  /**
   * The `traceparent`s of what it follows from. Of one trace: it is a part of that, below the first, and linked with the others. Of several: it begins its own, and is
   * linked with all. Absent: it is a part of what goes on around it.
   */
  readonly from?: readonly (string | null | undefined)[];
  readonly attributes?: Attributes;
}

export interface Span {
  /** Whatever carries it on is a part of the same trace, however much later; `null` while tracing is off. */
  readonly traceparent: string | null;
  /** What begins within `work` is a part of it. */
  around<T>(work: () => T): T;
  tell(attributes: Attributes): void;
  /** Once. `failure`: an error, of which the name is told alone, or a word. */
  end(failure?: unknown): void;
}

/** What makes the spans while tracing is on. */
export interface Tracer {
  begin(name: string, words: SpanWords): Span;
  /** The `traceparent` of what goes on around the caller. */
  current(): string | null;
  readonly ofQueues: Telemetry;
  close(): Promise<void>;
}

export interface TracingSettings {
  /** `service.name`, unless `OTEL_SERVICE_NAME` says another. */
  readonly service: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Spans were lost; called as often as that happens. */
  readonly onLoss: (why: Error) => void;
}

/** To be closed when a process ends: what is still to be told is told within {@link closeLimitMs}, or lost. */
export interface Tracing {
  close(): Promise<void>;
}

export const closeLimitMs = 3_000;

let tracer: Tracer | null = null;

const noSpan: Span = { traceparent: null, around: (work) => work(), tell: () => undefined, end: () => undefined };
const off: Tracing = { close: async () => undefined };

/** Before anything else of a process. Throws an `Error` that names the variable. */
export async function startTracing({ service, environment, onLoss }: TracingSettings): Promise<Tracing> {
  const endpoint = environment['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (!endpoint || environment['OTEL_SDK_DISABLED'] === 'true') return off;
  if (!URL.canParse(endpoint)) throw new Error('OTEL_EXPORTER_OTLP_ENDPOINT is not a URL');
  const { openTracer } = await import('./open-telemetry.js');
  const lost = (): void => onLoss(new Error('the collector is away, or does not take them'));
  const opened = openTracer(service, lost);
  tracer = opened;
  return {
    async close() {
      tracer = null;
      let timer: NodeJS.Timeout | undefined;
      const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, closeLimitMs)));
      await Promise.race([opened.close().catch(lost), enough]);
      clearTimeout(timer);
    },
  };
}

export const isTracing = (): boolean => tracer !== null;

/** To be ended. */
export const beginSpan = (name: string, words: () => SpanWords): Span => (tracer ? tracer.begin(name, words()) : noSpan);

/** `work` as one span, which fails as that does. */
export async function spanned<T>(name: string, words: () => SpanWords, work: () => Promise<T>): Promise<T> {
  if (!tracer) return work();
  const span = tracer.begin(name, words());
  try {
    const value = await span.around(work);
    span.end();
    return value;
  } catch (error) {
    span.end(error);
    throw error;
  }
}

/** What is to be kept with whatever follows from what goes on around the caller; `null`: nothing. */
export const traceparentNow = (): string | null => tracer && tracer.current();

/** The second of the four parts of a `traceparent`. */
export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);

/** What goes on around whoever carries something on, if it is of the same trace as that, else what that says itself. */
export const nearest = (around: string | null, traceparent: string | null): string | null =>
  around !== null && (traceparent === null || traceIdOf(around) === traceIdOf(traceparent)) ? around : traceparent;

/** For the options of BullMQ's queues and workers. */
export const telemetryOfQueues = (): { readonly telemetry?: Telemetry } => (tracer ? { telemetry: tracer.ofQueues } : {});

/** For the options of a job. */
export const telemetryOfJob = (traceparent: string | null | undefined): { readonly telemetry?: { readonly metadata: string } } => (tracer && traceparent ? { telemetry: { metadata: JSON.stringify({ traceparent }) } } : {});
