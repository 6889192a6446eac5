// A zip archive that is made while it is sent: one file after the other, each counted and hashed, and last of all a manifest of them.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { slice, sliceLength } from '#running';
import { jsonSlices } from '../http/answers/streams.js';

export const zipMediaType = 'application/zip';

export interface ArchivedFile {
  readonly name: string;
  /** Lines, each with its line break; asked for when the file's turn comes. */
  readonly lines: () => AsyncIterable<string>;
}

/** What `manifest.json` says of a file. */
export interface ArchivedFileFacts {
  readonly name: string;
  /** Lines in it. */
  readonly records: number;
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}

/**
 * Holds a few chunks at a time; whoever reads sets the pace. A file that fails breaks the archive off, which then has no directory and
 * cannot be taken for whole. `manifest` makes the last file, `manifest.json`, of what stands before it.
 */
export function archive(files: readonly ArchivedFile[], manifest: (files: readonly ArchivedFileFacts[]) => unknown): Readable {
  const zip = new ZipFile();
  // Typed as any readable stream; it is a PassThrough.
  const output = zip.outputStream as Readable;
  const facts: ArchivedFileFacts[] = [];
  let open: Readable | undefined;
  const add = (name: string, lines: () => AsyncIterable<string | Buffer>): void => {
    zip.addReadStreamLazy(name, (give) => {
      open = Readable.from(lines(), { objectMode: false });
      open.on('error', (error) => output.destroy(error));
      give(null, open);
    });
  };
  // A reader who leaves closes what is being read for it.
  output.on('close', () => open?.destroy());
  zip.on('error', (error: Error) => output.destroy(error));
  for (const { name, lines } of files) add(name, () => measured(name, lines(), facts));
  add('manifest.json', () => oneLine(() => Promise.resolve(manifest(facts))));
  zip.end();
  return output;
}

/** A file that holds one JSON value. */
export async function* oneLine(value: () => Promise<unknown>): AsyncGenerator<string, void, void> {
  yield* jsonSlices(await value());
  yield '\n';
}

const lineFeed = 0x0a;

/** Hashed, counted, and handed on to be compressed in slices. */
async function* measured(name: string, lines: AsyncIterable<string>, facts: ArchivedFileFacts[]): AsyncGenerator<Buffer, void, void> {
  const hash = createHash('sha256');
  let [records, bytes] = [0, 0];
  for await (const chunk of lines) {
    const whole = Buffer.from(chunk);
    for (let start = 0; start < whole.length; start += sliceLength) {
      await slice();
      const part = whole.subarray(start, start + sliceLength);
      hash.update(part);
      bytes += part.length;
      for (let at = part.indexOf(lineFeed); at >= 0; at = part.indexOf(lineFeed, at + 1)) records += 1;
      yield part;
    }
  }
  facts.push({ name, records, bytes, sha256: hash.digest('hex') });
}
