// An archive holds what went into it, says so itself, and is never half of it without showing it.
import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { unzip } from '../../../../test/support/unzip.js';
import { archive, oneLine, type ArchivedFileFacts } from './archive.js';

async function* chunks(...all: readonly string[]): AsyncGenerator<string, void, void> {
  for (const chunk of all) yield chunk;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const manifest = (files: readonly ArchivedFileFacts[]) => ({ files });

describe('an archive', () => {
  it('holds every file whole and a manifest that counts and hashes them', async () => {
    const contacts = ['{"id":"Zoë 😀"}\n{"id":"2"}\n', '{"id":"3"}\n'];
    const files = await unzip(await buffer(archive([
      { name: 'contacts.ndjson', lines: () => chunks(...contacts) },
      { name: 'reports.ndjson', lines: () => chunks() },
      { name: 'account.json', lines: () => oneLine(() => Promise.resolve({ name: 'Ada' })) },
    ], manifest)));
    const text = contacts.join('');
    expect([...files].map(([name, content]) => [name, content.toString()])).toEqual([
      ['contacts.ndjson', text],
      ['reports.ndjson', ''],
      ['account.json', '{"name":"Ada"}\n'],
      ['manifest.json', `${JSON.stringify({
        files: [
          { name: 'contacts.ndjson', records: 3, bytes: Buffer.byteLength(text), sha256: sha256(text) },
          { name: 'reports.ndjson', records: 0, bytes: 0, sha256: sha256('') },
          { name: 'account.json', records: 1, bytes: 15, sha256: sha256('{"name":"Ada"}\n') },
        ],
      })}\n`],
    ]);
  });

  it('asks for a file when its turn comes, and for no more than its reader takes', async () => {
    let given = 0;
    let second = false;
    async function* endless(): AsyncGenerator<string, void, void> {
      // Not to be compressed to nothing.
      for (; ; given += 1) yield randomBytes(100_000).toString('base64');
    }
    const stream = archive([{ name: 'a', lines: endless }, { name: 'b', lines: () => ((second = true), chunks()) }], manifest);
    for (let turns = 0; turns < 2_000; turns += 1) await turn();
    expect([given < 20, second]).toEqual([true, false]);
    stream.destroy();
  });

  it('closes what it reads when its reader leaves', async () => {
    let closed!: () => void;
    const left = new Promise<void>((resolve) => (closed = resolve));
    async function* endless(): AsyncGenerator<string, void, void> {
      try {
        for (;;) yield 'line\n'.repeat(10_000);
      } finally {
        closed();
      }
    }
    const stream = archive([{ name: 'a', lines: endless }], manifest);
    for await (const chunk of stream) if (chunk) break;
    await left;
    expect(stream.destroyed).toBe(true);
  });

  it('breaks off with the fault of a file', async () => {
    async function* failing(): AsyncGenerator<string, void, void> {
      yield 'line\n';
      throw new Error('purged meanwhile');
    }
    await expect(buffer(archive([{ name: 'a', lines: failing }, { name: 'b', lines: () => chunks() }], manifest))).rejects.toThrow('purged meanwhile');
  });
});
