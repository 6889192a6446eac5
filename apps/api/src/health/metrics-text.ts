// The metrics as Prometheus reads them: anybody may ask, uncounted, and they are long.
import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';
import { Database } from '#postgres';
import { SharedWork } from '#running';

@Injectable()
export class MetricsText {
  private readonly texts: SharedWork<string>;

  constructor(registry: Registry, database: Database) {
    this.texts = new SharedWork(() => database.reserved(() => registry.metrics()), 4);
  }

  /** Of a moment after it was asked for. */
  read(): Promise<string> {
    return this.texts.ask();
  }
}
