// A report that nobody reads is cut off, and what is held for it is given back; one that is read is whole.
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from '@jest/globals';
import { StreamableFile, type ExecutionContext } from '@nestjs/common';
import { firstValueFrom, of } from 'rxjs';
import { AnalyticsController } from '../../analytics/analytics.controller.js';
import { csv } from '../answers/streams.js';
import { PacedInterceptor } from './paced.interceptor.js';

const answered = async (graceMs: number, answer: unknown): Promise<unknown> =>
  firstValueFrom(new PacedInterceptor({ downloadPace: { graceMs, bytesPerSecond: 1 } }).intercept({} as ExecutionContext, { handle: () => of(answer) }));
const report = (rows: number): StreamableFile => csv(['a'], Array.from({ length: rows }, () => ({ a: 'x'.repeat(100) })));

it('who takes nothing is cut off', async () => {
  const stream = ((await answered(50, report(50_000))) as StreamableFile).getStream();
  const closed = new Promise((resolve) => stream.on('error', () => undefined).once('close', resolve));
  stream.pipe(new Writable({ write: () => undefined }));
  await closed;
  expect(stream.errored).toMatchObject({ status: 408 });
});

it('who reads has it whole, as what it is', async () => {
  const file = (await answered(600_000, report(100))) as StreamableFile;
  expect([await text(file.getStream()), file.options.type]).toEqual([`a\r\n${`${'x'.repeat(100)}\r\n`.repeat(100)}`, report(0).options.type]);
});

it('what is no stream is left as it is', async () => {
  expect(await answered(0, { data: [] })).toEqual({ data: [] });
});

it('so are the reports of analysts', () => {
  expect(Reflect.getMetadata('__interceptors__', AnalyticsController)).toContain(PacedInterceptor);
});
