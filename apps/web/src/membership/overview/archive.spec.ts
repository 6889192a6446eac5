// How far an archive has come, wherever it is cut into parts.
import { expect, it } from '@jest/globals';
import { namesIn, whole, type Progress } from './archive.js';

const file = (name: string, content: string): string => `PK\x03\x04${'\0'.repeat(26)}${name}${content}`;
const bytes = Uint8Array.from([...file('a.ndjson', 'x'.repeat(300)), ...file('b.ndjson', 'y'.repeat(10))], (letter) => letter.charCodeAt(0));

it.each([1, 7, 100, 1000])('is told by the files that have begun, in parts of %s bytes', async (size) => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
  const told: Progress[] = [];
  const archive = await whole(new Response(body, { headers: { 'export-records': 'a.ndjson=2, b.ndjson=120' } }), (progress) => told.push(progress));
  expect(new Uint8Array(await archive.arrayBuffer())).toEqual(bytes);
  expect(told.at(-1)).toEqual({ bytes: bytes.length, begun: 2, files: 2 });
  if (size === 100) expect(told.map(({ begun }) => begun)).toEqual([1, 1, 1, 2]);
});

it('one that breaks off is none', async () => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes.slice(0, 100));
      controller.error(new Error('broken off'));
    },
  });
  await expect(whole(new Response(body), () => undefined)).rejects.toThrow();
});

it('names are read as the service lists them', () => {
  expect([namesIn('a.ndjson=2, b.ndjson=120'), namesIn(null), namesIn('')]).toEqual([['a.ndjson', 'b.ndjson'], [], []]);
});
