// A collector of traces: takes what OpenTelemetry's exporters send as JSON, and keeps it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Absent: it is the first of its trace. */
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

interface Export {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly CollectedSpan[] }[] }[];
}

export class Collector {
  url = '';
  readonly spans: CollectedSpan[] = [];
  /** Everything that it was told, as it came. */
  told = '';
  private readonly server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      this.told += body;
      for (const { scopeSpans } of (JSON.parse(body) as Export).resourceSpans) for (const { spans } of scopeSpans) this.spans.push(...spans);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  /** From a span up to the first of its trace that was told here. */
  wayUp(from: CollectedSpan): readonly CollectedSpan[] {
    const above = this.spans.find(({ traceId, spanId }) => traceId === from.traceId && spanId === from.parentSpanId);
    return above ? [from, ...this.wayUp(above)] : [from];
  }
}
